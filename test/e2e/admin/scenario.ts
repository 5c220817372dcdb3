// What a scenario of the admin API is: one step a line or two, asked of HTTP and of gRPC alike.
import type { Fields } from './edges.ts';

export interface Step {
  /** Default: with the admin token. */
  readonly as?: 'nobody' | 'a stranger';
  readonly ask: readonly [operation: string, fields: Fields];
  /** What the answer has, among other things; null, empty and absent are one. */
  readonly answer?: Fields | 'nothing';
  readonly error?: { readonly code: string; readonly field?: string };
  /** Keeps a part of the answer for later steps, which write it as `$name`. */
  readonly keep?: readonly [name: string, path: string];
}

export interface Scenario {
  readonly title: string;
  readonly steps: readonly Step[];
}

export const invalid = (field: string) => ({ code: 'INVALID_ARGUMENT', field });
export const NOT_FOUND = { code: 'NOT_FOUND' };
