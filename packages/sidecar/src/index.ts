// The Spendfuse sidecar: gRPC, HTTP and metrics around a budget authority.
export { serveUntilSignal } from './daemon.ts';
export { balanceJson } from './http/app.ts';
export { createLog, type Log, LOG_LEVELS, type LogLevel } from './log.ts';
export { type Sidecar, type SidecarOptions, startSidecar } from './main.ts';
export { type RpcOptions, type RpcServer, startRpc } from './rpc/server.ts';
export { type Durability, type Listen, readSettings, type SidecarSettings } from './settings.ts';
