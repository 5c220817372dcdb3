// What programs call themselves. Small: what it takes to ask an authority is loaded at the first call.
export { type AnthropicRequest, guardAnthropic } from './anthropic/middleware.ts';
export { guardedFetch } from './guarded-fetch.ts';
export { guardMcpClient, type McpClient } from './mcp/client.ts';
export {
  type Reserved,
  type SpentAmounts,
  type ToReserve,
  withReservation,
} from './with-reservation.ts';
export { type SmithyPlugin, spendfusePlugin } from './smithy/plugin.ts';
