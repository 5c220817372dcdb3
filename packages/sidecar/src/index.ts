// The Spendfuse sidecar: gRPC, HTTP and metrics around a budget authority.
export { type AdminPlane, type AdminPlaneOptions, openAdminPlane } from './admin/plane.ts';
export type { allowanceJson } from './admin/schemas/allowance.ts';
export type { budgetJson } from './admin/schemas/budget.ts';
export { explanationJson } from './admin/schemas/explanation.ts';
export { Alerts, type AlertsOptions } from './alerts/alerts.ts';
export { testWebhooks, type WebhookTest } from './alerts/test-webhooks.ts';
export { serveUntilSignal } from './daemon.ts';
export { balanceJson } from './admin/schemas/balance.ts';
export { createLog, type Log, LOG_LEVELS, type LogLevel } from './log.ts';
export { type Sidecar, type SidecarOptions, startSidecar } from './main.ts';
export { type RpcOptions, type RpcServer, startRpc } from './rpc/server.ts';
export { type Durability, type Listen, readSettings, type SidecarSettings } from './settings.ts';
