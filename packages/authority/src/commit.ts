// The verbs commit and record: price what was used, and let the ledger apply it.
import {
  type Actual,
  type Admission,
  type Call,
  type CommitRequest,
  type Committed,
  draftRecord,
  fingerprint,
  type Held,
  mintedAtMs,
  type RecordRequest,
  type Reservation,
  settleAmounts,
  type SettleRequest,
  SpendfuseError,
  USAGE_KINDS,
} from '@spendfuse/core';
import { callOf, type CommitMeta, type EntryMeta, type ReserveMeta } from './entry.ts';
import { heldBy } from './held.ts';
import { type ModelPrice, type PriceCatalogue, STANDARD_TIER } from './prices/price.ts';
import type { Verbs } from './stores/verbs.ts';
import type { VerbContext } from './verb-context.ts';

/** What a commit came to. */
export interface CommitOutcome {
  readonly committed: Committed;
  readonly call: Call;
  /** By the reservation, at its end; undefined for a record. */
  readonly held: Held | undefined;
  /** Priced as a model without a price (L7). */
  readonly isFallback: boolean;
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

/** Undefined: there is no such reservation in memory, and nothing was changed. */
export function commitAtOnce(
  context: VerbContext,
  verbs: Pick<Verbs<EntryMeta>, 'find' | 'commit'>,
  request: CommitRequest,
): CommitOutcome | undefined {
  const reservation = verbs.find(request.id);
  const call = callOf(reservation?.meta);
  if (!reservation || !call) return undefined;
  const settling = { request, reservation, call };
  const drafted = draftSettlement(context, settling);
  return settledAs(context, settling, { ...drafted, settled: verbs.commit(drafted.plan) });
}

interface Settling {
  readonly request: CommitRequest;
  readonly reservation: Reservation<EntryMeta>;
  readonly call: Call;
}

async function settle(context: VerbContext, settling: Settling): Promise<CommitOutcome> {
  const drafted = draftSettlement(context, settling);
  const settled = await context.ledger.commit(drafted.plan);
  return settledAs(context, settling, { ...drafted, settled });
}

interface Drafted {
  readonly plan: SettleRequest<EntryMeta>;
  readonly meta: CommitMeta;
  readonly held: Held | undefined;
  readonly reserved: ReserveMeta | undefined;
}

function draftSettlement(context: VerbContext, settling: Settling): Drafted {
  const { request, reservation, call } = settling;
  const { id } = request;
  const { clock, catalogue } = context;
  const held = heldBy(catalogue, reservation);
  const reserved = reservation.meta?.kind === 'reserve' ? reservation.meta : undefined;
  const tier = request.tier ?? reserved?.tier;
  const heldAsSaid = reserved?.isCostSaid ? held?.costNanoUsd : undefined;
  const said = request.amounts?.['cost'] ?? heldAsSaid;
  const meta = metaOf(context, { request, call, held, tier, said });
  const amounts = settleAmounts(reservation.entries, actualOf(request, meta));
  const plan = { id, nowMs: clock.now(), fingerprint: fingerprintOf(request), amounts, meta };
  return { plan, meta, held, reserved };
}

function settledAs(
  context: VerbContext,
  { request, reservation }: Settling,
  { settled, meta, held, reserved }: Drafted & { readonly settled: Reservation<EntryMeta> },
): CommitOutcome {
  const outcome = outcomeOf({ settled, meta, held });
  if (!outcome.repeated && reserved) learn(context, { request, reservation, reserved });
  return outcome;
}

/** Takes note of how much output such calls have, where some budget holds what is usual. */
function learn({ admission, habits }: VerbContext, learning: Learning): void {
  const { request, reservation, reserved } = learning;
  if (request.usageSource !== 'provider') return;
  const adaptive = adaptiveIds(admission);
  if (adaptive.size === 0) return;
  const met = new Set(reservation.entries.map(({ counter }) => counter.budget));
  const budgets = [...met].filter((budget) => adaptive.has(budget));
  habits.learn({ ...reserved.call, budgets }, request.usage.outputTokens);
}

interface Learning {
  readonly request: CommitRequest;
  readonly reservation: Reservation<EntryMeta>;
  readonly reserved: ReserveMeta;
}

const adaptiveByAdmission = new WeakMap<Admission, ReadonlySet<string>>();

function adaptiveIds(admission: Admission): ReadonlySet<string> {
  let ids = adaptiveByAdmission.get(admission);
  if (!ids) {
    const adaptive = admission.budgets.filter(({ hold }) => hold === 'adaptive');
    ids = new Set(adaptive.map(({ id }) => id));
    adaptiveByAdmission.set(admission, ids);
  }
  return ids;
}

function actualOf({ usage, amounts }: CommitRequest, { costNanoUsd }: CommitMeta): Actual {
  return { usage, costNanoUsd, amounts };
}

async function record(context: VerbContext, request: RecordRequest): Promise<CommitOutcome> {
  const { admission, ledger, clock } = context;
  const { labels, provider, model, operation, reservedAtMs } = request.call;
  const call = { labels, provider, model, operation };
  const said = request.amounts?.['cost'];
  const meta = metaOf(context, { request, call, held: undefined, tier: request.tier, said });
  const matching = admission.matching(call);
  const actual = actualOf(request, meta);
  const entries = draftRecord({ matching, call, actual, nowMs: reservedAtMs });
  const ids = { id: request.id, nowMs: clock.now(), fingerprint: fingerprintOf(request) };
  const settled = await ledger.record({ ...ids, entries, meta });
  return outcomeOf({ settled, meta, held: undefined });
}

interface MetaInput {
  readonly request: CommitRequest;
  /** As it was sent. */
  readonly call: Call;
  readonly held: Held | undefined;
  readonly tier: string | undefined;
  /** What the caller says it has cost, in nano-USD; undefined: its price tells. */
  readonly said: number | undefined;
}

function metaOf({ catalogue }: VerbContext, input: MetaInput): CommitMeta {
  const { request, call, held, said } = input;
  const { usage, usageSource, responseModel, amounts } = request;
  const price = said === undefined ? priceOf(catalogue, input) : undefined;
  const costNanoUsd = said ?? price?.costOf(usage);
  const heldNanoUsd = held?.costNanoUsd ?? costNanoUsd ?? 0;
  return {
    kind: 'commit',
    call,
    usage,
    usageSource,
    ...(responseModel && responseModel !== call.model ? { responseModel } : undefined),
    costNanoUsd,
    ...(price?.source === 'fallback' ? { isFallback: true } : undefined),
    ...(price && price.tier !== STANDARD_TIER ? { tier: price.tier } : undefined),
    ...(amounts === undefined ? undefined : { amounts }),
    catalogue: catalogue.version,
    overrunNanoUsd: Math.max(0, (costNanoUsd ?? 0) - heldNanoUsd),
  };
}

/**
 * The answer knows better there which model it was: callers give models names of their own, or another
 * one may serve in the place of that which was asked (`fallbacks`, `models`).
 */
const NAMED_BY_ANSWERS: ReadonlySet<string> = new Set([
  'azure.ai.openai',
  'anthropic',
  'openrouter',
]);

/** By the model that was sent; by the one that answered where only that one has a price of its own. */
function priceOf(
  catalogue: PriceCatalogue,
  { request, call, tier }: MetaInput,
): ModelPrice | undefined {
  const { id, responseModel } = request;
  const nowMs = request.call?.reservedAtMs ?? mintedAtMs(id);
  const { provider, model } = call;
  const price = catalogue.priceOf({ provider, model, nowMs, tier });
  const isOwn =
    price?.source === 'override' ||
    (price?.source === 'catalogue' && !NAMED_BY_ANSWERS.has(provider));
  if (!responseModel || isOwn) return price;
  const ofResponse = catalogue.priceOf({ provider, model: responseModel, nowMs, tier });
  return price && ofResponse?.source === 'fallback' ? price : (ofResponse ?? price);
}

interface OutcomeInput {
  readonly settled: Reservation<EntryMeta>;
  readonly meta: CommitMeta;
  readonly held: Held | undefined;
}

/** What the ledger holds now, which is an earlier commit's if this was a repeat. */
function outcomeOf({ settled, meta, held }: OutcomeInput): CommitOutcome {
  const kept = settled.settlement?.meta;
  const { costNanoUsd, catalogue, overrunNanoUsd } = kept?.kind === 'commit' ? kept : meta;
  const late = settled.settlement?.late ?? false;
  return {
    committed: { id: settled.id, costNanoUsd, catalogue, overrunNanoUsd, late },
    call: meta.call,
    held,
    isFallback: meta.isFallback ?? false,
    repeated: kept !== meta,
  };
}

/** The content of a commit. Its `call` only says what a reservation would have said. */
function fingerprintOf({ usage, usageSource, tier, amounts }: CommitRequest): number {
  let text: string = usageSource;
  for (const kind of USAGE_KINDS) text += `|${usage[kind]}`;
  if (tier !== undefined) text += `|tier ${tier}`;
  for (const unit in amounts) text += `|${unit} ${amounts[unit]}`;
  return fingerprint(text);
}

function notFound(id: string): SpendfuseError {
  const message = `no reservation ${id}; send \`call\` along to have the usage recorded`;
  return new SpendfuseError({ code: 'NOT_FOUND', message, field: 'id' });
}
