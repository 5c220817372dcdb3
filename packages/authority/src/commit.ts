// The verbs commit and record: price what was used, and let the ledger apply it.
import {
  type Admission,
  type Call,
  type CommitRequest,
  type Committed,
  draftRecord,
  Fingerprint,
  type Held,
  type HeldEntry,
  mintedAtMs,
  type RecordRequest,
  type Reservation,
  settleAmounts,
  type SettleRequest,
  SpendfuseError,
  USAGE_KINDS,
} from '@spendfuse/core';
import {
  callOf,
  type CommitMeta,
  type EntryMeta,
  type KeptCommitMeta,
  type ReserveMeta,
} from './entry.ts';
import { heldBy } from './held.ts';
import { type ModelPrice, type PriceCatalogue, STANDARD_TIER } from './prices/price.ts';
import type { Verbs } from './stores/verbs.ts';
import type { VerbContext } from './verb-context.ts';

/** What a commit came to. */
export interface CommitOutcome {
  readonly kind: 'committed';
  readonly committed: Committed;
  /** Of this commit, also where an earlier one is the answer. */
  readonly meta: CommitMeta;
  /** By the reservation, at its end; undefined for a record. */
  readonly held: Held | undefined;
  /** The same commit was made before; nothing was changed. */
  readonly repeated: boolean;
}

/** The request is valid. An id that is not known is recorded where the request brings its call. */
export async function commit(context: VerbContext, request: CommitRequest): Promise<CommitOutcome> {
  const { ledger, clock } = context;
  const reservation = await ledger.find(request.id);
  const call = callOf(reservation?.meta);
  if (reservation && call) {
    const settling = settlingOf(context, request, reservation, call);
    const plan = planOf(context, settling, clock.now());
    return settledAs(context, settling, plan, await ledger.commit(plan));
  }
  if (request.call) return record(context, { ...request, call: request.call });
  await ledger.settle();
  throw notFound(request.id);
}

/** Undefined: there is no such reservation in memory, and nothing was changed. */
export function commitAtOnce(
  context: VerbContext,
  verbs: Pick<Verbs<EntryMeta>, 'findLive' | 'commitLive'>,
  request: CommitRequest,
  nowMs: number,
): CommitOutcome | undefined {
  const reservation = verbs.findLive(request.id);
  const call = callOf(reservation?.meta);
  if (!reservation || !call) return undefined;
  const settling = settlingOf(context, request, reservation, call);
  const plan = planOf(context, settling, nowMs);
  return settledAs(context, settling, plan, verbs.commitLive(plan, settling.entries));
}

/** A commit of a reservation, as that is before. */
interface Settling extends MetaInput {
  readonly entries: readonly HeldEntry[];
  readonly reserved: ReserveMeta | undefined;
}

function settlingOf(
  { catalogue }: VerbContext,
  request: CommitRequest,
  reservation: Reservation<EntryMeta>,
  call: Call,
): Settling {
  const { meta, entries } = reservation;
  const reserved = meta?.kind === 'reserve' ? meta : undefined;
  const held = heldBy(catalogue, reservation);
  const tier = request.tier ?? reserved?.tier;
  const heldAsSaid = reserved?.isCostSaid ? held?.costNanoUsd : undefined;
  const said = request.amounts?.['cost'] ?? heldAsSaid;
  return { request, call, held, tier, said, entries, reserved };
}

interface SettlePlan extends SettleRequest<EntryMeta> {
  readonly meta: CommitMeta;
  readonly kept: KeptCommitMeta;
}

function planOf(context: VerbContext, settling: Settling, nowMs: number): SettlePlan {
  const { request, entries } = settling;
  const meta = metaOf(context, settling);
  const { costNanoUsd, catalogue, overrunNanoUsd } = meta;
  return {
    id: request.id,
    nowMs,
    fingerprint: fingerprintOf(request),
    amounts: settleAmounts(entries, meta),
    meta,
    kept: { kind: 'kept', costNanoUsd, catalogue, overrunNanoUsd },
  };
}

function settledAs(
  context: VerbContext,
  settling: Settling,
  plan: SettlePlan,
  settled: Reservation<EntryMeta>,
): CommitOutcome {
  const outcome = outcomeOf(settled, plan, settling.held);
  if (!outcome.repeated) learn(context, settling);
  return outcome;
}

/** Takes note of how much output such calls have, where some budget holds what is usual. */
function learn({ admission, habits }: VerbContext, settling: Settling): void {
  const { request, entries, reserved } = settling;
  if (!reserved || request.usageSource !== 'provider') return;
  const adaptive = adaptiveIds(admission);
  if (adaptive.size === 0) return;
  const met = new Set(entries.map(({ counter }) => counter.budget));
  const budgets = [...met].filter((budget) => adaptive.has(budget));
  habits.learn({ ...reserved.call, budgets }, request.usage.outputTokens);
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

async function record(context: VerbContext, request: RecordRequest): Promise<CommitOutcome> {
  const { admission, ledger, clock } = context;
  const { labels, provider, model, operation, reservedAtMs } = request.call;
  const call = { labels, provider, model, operation };
  const said = request.amounts?.['cost'];
  const meta = metaOf(context, { request, call, held: undefined, tier: request.tier, said });
  const matching = admission.matching(call);
  const entries = draftRecord({ matching, call, actual: meta, nowMs: reservedAtMs });
  const ids = { id: request.id, nowMs: clock.now(), fingerprint: fingerprintOf(request) };
  const settled = await ledger.record({ ...ids, entries, meta });
  return outcomeOf(settled, { meta, kept: meta }, undefined);
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
  const meta: { -readonly [Key in keyof CommitMeta]: CommitMeta[Key] } = {
    kind: 'commit',
    call,
    usage,
    usageSource,
    costNanoUsd,
    catalogue: catalogue.version,
    overrunNanoUsd: Math.max(0, (costNanoUsd ?? 0) - heldNanoUsd),
  };
  // What a call does not have is not written down with it.
  if (responseModel && responseModel !== call.model) meta.responseModel = responseModel;
  if (price?.source === 'fallback') meta.isFallback = true;
  if (price && price.tier !== STANDARD_TIER) meta.tier = price.tier;
  if (amounts !== undefined) meta.amounts = amounts;
  return meta;
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
  if (!responseModel) return price;
  const isOwn =
    price?.source === 'override' ||
    (price?.source === 'catalogue' && !NAMED_BY_ANSWERS.has(provider));
  if (isOwn) return price;
  const ofResponse = catalogue.priceOf({ provider, model: responseModel, nowMs, tier });
  return price && ofResponse?.source === 'fallback' ? price : (ofResponse ?? price);
}

interface Made {
  readonly meta: CommitMeta;
  /** What the ledger has of it, if this is no repeat. */
  readonly kept: CommitMeta | KeptCommitMeta;
}

/** What the ledger holds now, which is an earlier commit's if this was a repeat. */
function outcomeOf(
  { id, settlement }: Reservation<EntryMeta>,
  { meta, kept }: Made,
  held: Held | undefined,
): CommitOutcome {
  const known = settlement?.meta;
  const isCommit = known?.kind === 'kept' || known?.kind === 'commit';
  const { costNanoUsd, catalogue, overrunNanoUsd } = isCommit ? known : kept;
  const late = settlement?.late ?? false;
  const committed = { id, costNanoUsd, catalogue, overrunNanoUsd, late };
  return { kind: 'committed', committed, meta, held, repeated: known !== kept };
}

/** The content of a commit. Its `call` only says what a reservation would have said. */
function fingerprintOf({ usage, usageSource, tier, amounts }: CommitRequest): number {
  const print = new Fingerprint().text(usageSource);
  for (const kind of USAGE_KINDS) print.text('|').number(usage[kind]);
  if (tier !== undefined) print.text('|tier ').text(tier);
  for (const unit in amounts) print.text('|').text(unit).text(' ').number(amounts[unit]);
  return print.value();
}

function notFound(id: string): SpendfuseError {
  const message = `no reservation ${id}; send \`call\` along to have the usage recorded`;
  return new SpendfuseError({ code: 'NOT_FOUND', message, field: 'id' });
}
