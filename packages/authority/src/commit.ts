// The verbs commit and record: price what was used, and let the ledger apply it.
import {
  type Call,
  type CommitRequest,
  type Committed,
  draftRecord,
  fingerprint,
  mintedAtMs,
  type RecordRequest,
  type Reservation,
  settleAmounts,
  SpendfuseError,
  USAGE_KINDS,
} from '@spendfuse/core';
import { callOf, type CommitMeta, type EntryMeta } from './entry.ts';
import type { VerbContext } from './verb-context.ts';

/** What a commit came to. */
export interface CommitOutcome {
  readonly committed: Committed;
  readonly call: Call;
  /** The reservation held it; undefined for a record. */
  readonly heldNanoUsd: number | undefined;
  /** The same commit was made before; nothing was changed. */
  readonly repeated: boolean;
}

/** The request is valid. An id that is not known is recorded where the request brings its call. */
export async function commit(context: VerbContext, request: CommitRequest): Promise<CommitOutcome> {
  const { ledger } = context;
  const reservation = await ledger.find(request.id);
  const call = callOf(reservation?.meta);
  if (reservation && call) return settle(context, { request, reservation, call });
  if (request.call) return record(context, { ...request, call: request.call });
  await ledger.settle();
  throw notFound(request.id);
}

interface Settling {
  readonly request: CommitRequest;
  readonly reservation: Reservation<EntryMeta>;
  readonly call: Call;
}

async function settle(
  context: VerbContext,
  { request, reservation, call }: Settling,
): Promise<CommitOutcome> {
  const { id, usage } = request;
  const { ledger, clock } = context;
  const heldNanoUsd =
    reservation.meta?.kind === 'reserve' ? reservation.meta.held.costNanoUsd : undefined;
  const meta = metaOf(context, { request, call, heldNanoUsd });
  const actual = { usage, costNanoUsd: meta.costNanoUsd };
  const amounts = settleAmounts(reservation.entries, actual);
  const plan = { id, nowMs: clock.now(), fingerprint: fingerprintOf(request), amounts, meta };
  return outcomeOf({ settled: await ledger.commit(plan), meta, heldNanoUsd });
}

async function record(context: VerbContext, request: RecordRequest): Promise<CommitOutcome> {
  const { admission, ledger, clock } = context;
  const { labels, provider, model, operation, reservedAtMs } = request.call;
  const call = { labels, provider, model, operation };
  const meta = metaOf(context, { request, call, heldNanoUsd: undefined });
  const actual = { usage: request.usage, costNanoUsd: meta.costNanoUsd };
  const matching = admission.matching(call);
  const entries = draftRecord({ matching, call, actual, nowMs: reservedAtMs });
  const ids = { id: request.id, nowMs: clock.now(), fingerprint: fingerprintOf(request) };
  const settled = await ledger.record({ ...ids, entries, meta });
  return outcomeOf({ settled, meta, heldNanoUsd: undefined });
}

interface MetaInput {
  readonly request: CommitRequest;
  readonly call: Call;
  readonly heldNanoUsd: number | undefined;
}

function metaOf({ catalogue }: VerbContext, input: MetaInput): CommitMeta {
  const { request, call, heldNanoUsd } = input;
  const { id, usage, usageSource, responseModel } = request;
  const nowMs = request.call?.reservedAtMs ?? mintedAtMs(id);
  const priceOf = (model: string) => catalogue.priceOf({ provider: call.provider, model, nowMs });
  const price = priceOf(call.model) ?? (responseModel ? priceOf(responseModel) : undefined);
  const costNanoUsd = price?.costOf(usage);
  return {
    kind: 'commit',
    call,
    usage,
    usageSource,
    ...(responseModel && responseModel !== call.model ? { responseModel } : undefined),
    costNanoUsd,
    catalogue: catalogue.version,
    overrunNanoUsd: Math.max(0, (costNanoUsd ?? 0) - (heldNanoUsd ?? costNanoUsd ?? 0)),
  };
}

interface OutcomeInput {
  readonly settled: Reservation<EntryMeta>;
  readonly meta: CommitMeta;
  readonly heldNanoUsd: number | undefined;
}

/** What the ledger holds now, which is an earlier commit's if this was a repeat. */
function outcomeOf({ settled, meta, heldNanoUsd }: OutcomeInput): CommitOutcome {
  const kept = settled.settlement?.meta;
  const { costNanoUsd, catalogue, overrunNanoUsd } = kept?.kind === 'commit' ? kept : meta;
  const late = settled.settlement?.late ?? false;
  return {
    committed: { id: settled.id, costNanoUsd, catalogue, overrunNanoUsd, late },
    call: meta.call,
    heldNanoUsd,
    repeated: kept !== meta,
  };
}

/** The content of a commit. Its `call` only says what a reservation would have said. */
function fingerprintOf({ usage, usageSource }: CommitRequest): number {
  let text: string = usageSource;
  for (const kind of USAGE_KINDS) text += `|${usage[kind]}`;
  return fingerprint(text);
}

function notFound(id: string): SpendfuseError {
  const message = `no reservation ${id}; send \`call\` along to have the usage recorded`;
  return new SpendfuseError({ code: 'NOT_FOUND', message, field: 'id' });
}
