// What node-fetch 2 and 3 have in common, as far as it is used here.
import type { Readable } from 'node:stream';

export type NodeFetch = (input: unknown, init?: NodeFetchInit) => Promise<NodeFetchResponse>;

export interface NodeFetchExports {
  readonly default: NodeFetch;
  /** Older ones do not export it. */
  readonly AbortError?: new (
    message: string,
    type: string,
  ) => Error;
  readonly Request: new (input: unknown, init?: unknown) => NodeFetchRequest;
  readonly Response: new (
    body: Readable | null,
    init: Readonly<Record<string, unknown>>,
  ) => NodeFetchResponse;
}

export interface NodeFetchInit {
  readonly method?: string;
  readonly headers?: ConstructorParameters<typeof Headers>[0];
  readonly body?: unknown;
  readonly signal?: AbortSignal | null;
}

export interface NodeFetchRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Iterable<[string, string]>;
  readonly signal: AbortSignal | null;
  readonly body: unknown;
  arrayBuffer(): Promise<ArrayBuffer>;
}

export interface NodeFetchResponse {
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly redirected: boolean;
  readonly headers: Iterable<[string, string]>;
  readonly body: Readable | null;
  /** Limits of the request, which hold for the body as well. */
  readonly size?: number;
  readonly timeout?: number;
  readonly highWaterMark?: number;
}
