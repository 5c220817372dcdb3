// What the AWS SDK's clients look like, as far as it is used here. All versions of its middleware
// stack have these, whatever package they come from.

/** What a client's `middlewareStack.use` takes: the stack's own type depends on the SDK's version. */
export interface SmithyPlugin {
  readonly applyToStack: (stack: unknown) => void;
}

export interface SmithyStack {
  add(middleware: SmithyMiddleware, options: Readonly<Record<string, unknown>>): void;
  addRelativeTo(middleware: SmithyMiddleware, options: Readonly<Record<string, unknown>>): void;
  /** A line for each that is there, with its names. */
  identify?(): readonly string[];
}

export type SmithyMiddleware = (next: SmithyHandler, context: object) => SmithyHandler;
export type SmithyHandler = (args: SmithyArgs) => Promise<SmithyOutput>;

export interface SmithyArgs {
  readonly request?: unknown;
}

export interface SmithyOutput {
  readonly response: unknown;
}

export interface SmithyRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  /** Without query, as it goes out. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface SmithyResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  body?: unknown;
}

export function isRequest(value: unknown): value is SmithyRequest {
  const { method, hostname, path, headers } = Object(value) as Partial<SmithyRequest>;
  return [method, hostname, path].every((part) => typeof part === 'string') && Boolean(headers);
}

export function isResponse(value: unknown): value is SmithyResponse {
  const { statusCode, headers } = Object(value) as Partial<SmithyResponse>;
  return typeof statusCode === 'number' && Boolean(headers);
}
