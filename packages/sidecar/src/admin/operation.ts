// What an operation of the admin API is: one shape for both edges, HTTP and gRPC.
import type { Act, BudgetAdmin, LocalAuthority } from '@spendfuse/authority';
import type { z } from 'zod';
import { readInput } from './input.ts';

/** What operations work on. */
export interface AdminContext {
  readonly authority: Pick<
    LocalAuthority,
    'balancePage' | 'usage' | 'entries' | 'exportEntries' | 'openReservations'
  > & { readonly admin: BudgetAdmin };
  readonly server: () => ServerStatus;
}

export interface ServerStatus {
  readonly version: string;
  readonly ready: boolean;
  readonly startedAtMs: number;
  /** Version of the price catalogue. */
  readonly catalogue: string;
  readonly config: ConfigStatus | undefined;
}

export interface ConfigStatus {
  readonly file: string;
  readonly loadedAtMs: number;
  /** What is wrong with the file as it is now; the one read before is in force. */
  readonly error: string | undefined;
}

export interface HttpRoute {
  readonly method: 'get' | 'put' | 'post' | 'delete';
  /** `/api/budgets/{id}`: names in braces are fields of the input. */
  readonly path: `/api/${string}`;
  /**
   * The field of the input that is the body. Undefined: of `put` and `post` the body has all fields
   * that are not in the path; of `get` and `delete` the query has them.
   */
  readonly body?: string | undefined;
  /** The field of the input that the header `If-Match` gives, and nothing else. */
  readonly ifMatch?: string | undefined;
}

interface Described {
  /** The gRPC method in camel case. */
  readonly name: string;
  readonly summary: string;
  readonly access: 'read' | 'write';
  readonly http: HttpRoute;
}

/** What both edges need of an operation: ask it, describe it. */
export interface AdminOperation extends Described {
  readonly input: z.ZodObject;
  readonly output: z.ZodType;
  /** Takes what was sent and checks it. @throws SpendfuseError, `INVALID_ARGUMENT` with the field. */
  answer(context: AdminContext, sent: unknown, act: Act): Promise<object>;
}

interface OperationOptions<Input extends z.ZodObject, Output extends z.ZodType> extends Described {
  readonly input: Input;
  readonly output: Output;
  readonly run: (
    context: AdminContext,
    input: z.output<Input>,
    act: Act,
  ) => z.input<Output> | Promise<z.input<Output>>;
}

export function operation<Input extends z.ZodObject, Output extends z.ZodType<object>>(
  options: OperationOptions<Input, Output>,
): AdminOperation {
  const { run, ...described } = options;
  return {
    ...described,
    async answer(context, sent, act) {
      return run(context, readInput(options.input, sent), act) as Promise<object>;
    },
  };
}
