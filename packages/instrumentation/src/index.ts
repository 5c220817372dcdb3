// OpenTelemetry instrumentation and preload that put LLM calls under Spendfuse budgets.
export { SpendfuseInstrumentation } from './instrumentation.ts';
export {
  coverage,
  type Coverage,
  type HookedModule,
  type Layer,
  type LayerName,
} from './coverage.ts';
export { createGuardedFetch, type GuardedFetchOptions } from './fetch.ts';
export { createHosts, type Hosts } from './hosts.ts';
export { createLog, type Log, LOG_LEVELS, type LogLevel } from './log.ts';
export type { Fetch } from './outgoing.ts';
export {
  readSettings,
  type Setting,
  SETTINGS,
  type Settings,
  type SettingsRead,
} from './settings.ts';
