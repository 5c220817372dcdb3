// Calls of tools of MCP servers (`@modelcontextprotocol/sdk`), put under guard where a client sends them.
import { threadRuntime } from '../thread-runtime.ts';

/**
 * For a client that the preload does not reach, in a bundle say: its calls of tools are guarded from
 * now on. Clients that are guarded already stay as they are.
 */
export function guardMcpClient<T extends McpClient>(client: T): T {
  guardRequests(client);
  return client;
}

/** What is known of a client of the SDK; its other parts are left alone. */
export interface McpClient {
  /** Of any parameters, so that the generic one of the SDK fits. */
  readonly request: (...given: never[]) => Promise<unknown>;
}

/** On whatever is guarded already: a client, or the prototype that it inherits from. */
const MARK = Symbol.for('spendfuse.mcp');

/**
 * Puts `tools/call` of a client, or of all clients that inherit from a prototype, under guard: one of
 * `tool_calls` each, as the provider `mcp` and the model `<server>/<tool>`. `callTool` and tasks end in
 * `request`. All that was sent is charged, whatever came of it: the server alone knows what it did.
 */
export function guardRequests(target: McpClient): void {
  if (MARK in target) return;
  const original = target.request as Request;
  const guarded: Request = async function (this: McpClient, request, ...rest) {
    const send = (): Promise<unknown> => original.call(this, request, ...rest);
    const tool = calledTool(this, request);
    const runtime = tool && (await threadRuntime());
    if (!runtime) return send();
    const { server, name } = tool;
    const model = `${server}/${name}`.slice(0, MAX_NAME_LENGTH);
    const signal = signalOf(rest);
    const amounts = { tool_calls: 1 };
    return runtime.guard.spend({ provider: 'mcp', model, toolName: name, amounts, signal }, send);
  };
  Object.defineProperty(target, 'request', { value: guarded, writable: true, configurable: true });
  Object.defineProperty(target, MARK, { value: true });
}

/** Of the SDK's `client/index.js`. */
export interface McpExports {
  readonly Client: { readonly prototype: McpClient };
}

type Request = (this: McpClient, request: unknown, ...rest: unknown[]) => Promise<unknown>;

const MAX_NAME_LENGTH = 256;

interface CalledTool {
  readonly server: string;
  readonly name: string;
}

/** Undefined: it is another request, or one that cannot be sent and says so itself. */
function calledTool(client: object, request: unknown): CalledTool | undefined {
  const { method, params } = Object(request) as {
    readonly method?: unknown;
    readonly params?: unknown;
  };
  if (method !== 'tools/call') return undefined;
  const { transport, getServerVersion } = client as {
    readonly transport?: unknown;
    readonly getServerVersion?: () => { readonly name?: unknown } | undefined;
  };
  if (transport === undefined) return undefined;
  const { name } = Object(params) as { readonly name?: unknown };
  const server = getServerVersion?.call(client)?.name;
  return { server: textOr(server, 'unnamed'), name: textOr(name, 'unnamed') };
}

function textOr(value: unknown, other: string): string {
  return typeof value === 'string' && value !== '' ? value : other;
}

/** Of the request's options, which come last. */
function signalOf(rest: readonly unknown[]): AbortSignal | undefined {
  const { signal } = Object(rest.at(-1)) as { readonly signal?: unknown };
  return signal instanceof AbortSignal ? signal : undefined;
}
