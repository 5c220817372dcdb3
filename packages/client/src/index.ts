// A Spendfuse budget authority reached over gRPC.
export { type Client, type ClientOptions, type ClientStats, createClient } from './client.ts';
export { type PolicyOptions, withPolicy } from './on-unavailable.ts';
export type { Log } from './log.ts';
