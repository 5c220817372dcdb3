// The verbs of the ledger over HTTP, for callers without gRPC: the same authority, the same answers.
import { type BudgetAuthority, mintId } from '@spendfuse/core';
import { z } from 'zod';
import { readInput } from '../admin/input.ts';
import {
  call,
  committedJson,
  committedSchema,
  decisionJson,
  decisionSchema,
  estimate,
  extensionJson,
  extensionSchema,
  id,
  madeCall,
  usageFields,
} from './schemas.ts';
import { whole } from '../admin/schemas/values.ts';

/** What the HTTP edge and the document that describes it need of a verb. */
export interface HttpVerb {
  readonly name: string;
  readonly summary: string;
  readonly path: `/v1/${string}`;
  readonly input: z.ZodObject;
  readonly output: z.ZodType;
  /** @throws SpendfuseError; `INVALID_ARGUMENT` with the field for what cannot be read. */
  answer(authority: BudgetAuthority, sent: unknown, signal: AbortSignal): Promise<object>;
}

interface VerbOptions<Input extends z.ZodObject, Output extends z.ZodType<object>> {
  readonly name: string;
  readonly summary: string;
  readonly input: Input;
  readonly output: Output;
  readonly run: (
    authority: BudgetAuthority,
    input: z.output<Input>,
    signal: AbortSignal,
  ) => Promise<z.input<Output>>;
}

function verb<Input extends z.ZodObject, Output extends z.ZodType<object>>(
  options: VerbOptions<Input, Output>,
): HttpVerb {
  const { run, ...described } = options;
  return {
    ...described,
    path: `/v1/${options.name}`,
    async answer(authority, sent, signal) {
      return run(authority, readInput(options.input, sent), signal) as Promise<object>;
    },
  };
}

const reserve = verb({
  name: 'reserve',
  summary: 'Takes every limit that matches the call, or none. A denial is a normal answer',
  input: z.strictObject({
    id: id.optional().meta({ description: 'Minted if absent; then a retry is another call' }),
    call,
    estimate,
    ttlMs: whole({ min: 1 }).optional().meta({ description: 'Default: 2 minutes' }),
    maxWaitMs: whole()
      .optional()
      .meta({ description: 'Ready to wait for room so long; default 0' }),
  }),
  output: decisionSchema,
  async run(authority, { id: given = newId(), ...request }, signal) {
    const giveUp = (): void => void authority.release({ id: given }).catch(() => {});
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      return decisionJson(given, await authority.reserve({ id: given, ...request }));
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  },
});

const commit = verb({
  name: 'commit',
  summary: 'Ends a reservation with what the call really used; never refused for its amount',
  input: z.strictObject({
    ...usageFields,
    call: madeCall.optional().meta({ description: 'An id that is not known is recorded then' }),
  }),
  output: committedSchema,
  run: async (authority, request) => committedJson(await authority.commit(request)),
});

const release = verb({
  name: 'release',
  summary: 'Ends a reservation of a call that used nothing',
  input: z.strictObject({
    id,
    sent: z.boolean().default(false).meta({ description: 'It was sent: it stays a request' }),
  }),
  output: z.object({ id: z.string() }),
  async run(authority, request) {
    await authority.release(request);
    return { id: request.id };
  },
});

const extend = verb({
  name: 'extend',
  summary: 'Lets a reservation live longer, and hold more output where it has grown',
  input: z.strictObject({
    id,
    ttlMs: whole({ min: 1 }).meta({ description: 'From now' }),
    outputTokens: whole().optional().meta({ description: 'The new total to hold; grows only' }),
  }),
  output: extensionSchema,
  run: async (authority, request) => extensionJson(request.id, await authority.extend(request)),
});

const record = verb({
  name: 'record',
  summary: 'Counts a call that was made without a reservation',
  input: z.strictObject({ ...usageFields, call: madeCall }),
  output: committedSchema,
  run: async (authority, request) => committedJson(await authority.record(request)),
});

export const httpVerbs: readonly HttpVerb[] = [reserve, commit, release, extend, record];

function newId(): string {
  return mintId({ nowMs: Date.now(), random: crypto.getRandomValues(new Uint8Array(10)) });
}
