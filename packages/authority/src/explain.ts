// What a call would get, and why: the verb reserve over a ledger that changes nothing.
import { randomBytes } from 'node:crypto';
import {
  amountFor,
  type Balance,
  type Budget,
  type Call,
  ceilingOf,
  explain as explainRefusal,
  formatWindow,
  labelOf,
  type Ledger,
  type LimitEntry,
  matches,
  mintId,
  prepare,
  type PreparedBudget,
  type PreparedScope,
  type Refusal,
  type ReserveDraft,
  type ReserveRequest,
} from '@spendfuse/core';
import type { ExplainRequest, Explanation } from './admin.ts';
import { begin, holdOf } from './attempt.ts';
import { balanceOf } from './balances.ts';
import type { EntryMeta } from './entry.ts';
import { reserve } from './reserve.ts';
import { draftOf, type Hold } from './target.ts';
import { checkReserve } from './validate.ts';
import type { VerbContext } from './verb-context.ts';
import type { Policy } from './policy.ts';

/** What the call would hold, and of which limits. */
interface Drafted {
  readonly hold: Hold;
  readonly draft: ReserveDraft;
}

type BudgetExplanation = Explanation['budgets'][number];
type LimitExplanation = BudgetExplanation['limits'][number];

/** @throws SpendfuseError `INVALID_ARGUMENT` naming the field, as a reserve does */
export async function explain(
  { ledger, clock, line, habits }: VerbContext,
  { policy, request: asked }: { readonly policy: Policy; readonly request: ExplainRequest },
): Promise<Explanation> {
  const { allowances, catalogue } = policy;
  // Of its own: a plan leaves traces in what is prepared.
  const admission = prepare(policy.admission.budgets, { allowances });
  const context = { admission, catalogue, ledger: withoutEffect(ledger), clock, line, habits };
  const request = requestOf(asked, clock.now());
  checkReserve(request, clock.now());
  const { estimate } = request;
  const asIs = { ...request, estimate: { ...estimate, downgradable: false, clampable: false } };
  const attempt = begin(context, asIs, 0);
  const hold = holdOf(context, attempt, clock.now());
  const drafted = { hold, draft: draftOf(hold) };
  const refusals = refusalsOf(ledger, drafted);
  const { call } = request;
  const budgets = admission.prepared.map((prepared) => {
    const mismatch = mismatchOf(prepared.budget, call);
    const limits =
      mismatch === undefined ? limitsOf({ prepared, call, ledger, drafted, refusals }) : [];
    return { budget: prepared.budget.id, mismatch, limits };
  });
  const { worst } = hold;
  return {
    decision: await reserve(context, request),
    budgets,
    costNanoUsd: worst.costNanoUsd,
    priceSource: attempt.target.price?.source,
    catalogue: catalogue.version,
  };
}

function requestOf(asked: ExplainRequest, nowMs: number): ReserveRequest {
  const { call, inputTokens, outputTokens, amounts, tier } = asked;
  return {
    id: mintId({ nowMs, random: randomBytes(10) }),
    call,
    estimate: {
      inputBound: { tokens: inputTokens, exact: true },
      maxOutputTokens: outputTokens,
      choices: 1,
      clampable: true,
      downgradable: true,
      amounts,
      tier,
    },
  };
}

/** All that a reserve which does not wait asks of a ledger. */
function withoutEffect(ledger: Ledger<EntryMeta>): Ledger<EntryMeta> {
  const dry: Pick<Ledger<EntryMeta>, 'find' | 'check' | 'read' | 'reserve'> = {
    find: async () => undefined,
    check: (entries) => ledger.check(entries),
    read: (query) => ledger.read(query),
    async reserve({ id, fingerprint, expiresAtMs, entries, meta }) {
      const refusals = ledger.check(entries).filter(({ index }) => !entries[index]?.shadow);
      if (refusals.length > 0) return { kind: 'refused', refusals };
      const settlement = undefined;
      const reservation = {
        id,
        state: 'open',
        fingerprint,
        expiresAtMs,
        entries,
        meta,
        settlement,
      } as const;
      return { kind: 'granted', reservation, repeated: false, shadow: [] };
    },
  };
  return dry as Ledger<EntryMeta>;
}

/** What every limit by itself would say, those of shadow budgets as well. */
function refusalsOf(
  ledger: Pick<Ledger<EntryMeta>, 'check'>,
  { draft, hold }: Drafted,
): readonly Refusal[] {
  const { entries } = draft;
  const counted = ledger
    .check(entries)
    .map((refusal) => explainRefusal(entries[refusal.index] as LimitEntry, refusal, hold.nowMs));
  return [...draft.refusals, ...draft.shadow, ...counted];
}

/** The first condition that does not hold, in words; undefined: the budget matches. */
function mismatchOf(budget: Budget, call: Call): string | undefined {
  for (const [name, wanted] of Object.entries(budget.match)) {
    if (matches({ ...budget, match: { [name]: wanted } }, call)) continue;
    const value = labelOf(call, name);
    const is = value === undefined ? 'is not given' : `is "${value}"`;
    return `${name} ${is}, and has to match ${wanted.join(', ')}`;
  }
  return undefined;
}

interface LimitsInput {
  readonly prepared: PreparedBudget;
  readonly call: Call;
  readonly ledger: Ledger<EntryMeta>;
  readonly drafted: Drafted;
  readonly refusals: readonly Refusal[];
}

function limitsOf(input: LimitsInput): readonly LimitExplanation[] {
  const { prepared, call } = input;
  return prepared
    .scopes(call)
    .flatMap((scope) => prepared.limits.map((_, index) => limitOf(input, scope, index)));
}

function limitOf(input: LimitsInput, scope: PreparedScope, index: number): LimitExplanation {
  const { prepared, drafted, refusals } = input;
  const { limit, rule } = prepared.limits[index] as PreparedBudget['limits'][number];
  const counter = scope.counters[index] as PreparedScope['counters'][number];
  const balance = standingOf(input, scope, index);
  const { worst, usual } = drafted.hold;
  const entry = drafted.draft.entries.find((each) => each.counter.key === counter.ref.key);
  const hold = prepared.budget.hold === 'adaptive' ? (usual ?? worst) : worst;
  const refusal = refusals.find(
    (each) =>
      each.budget === prepared.budget.id &&
      each.unit === limit.unit &&
      each.window === balance.window &&
      each.scope === counter.ref.scope,
  );
  return { ...balance, requested: entry?.amount ?? rule.hold(hold), refusal };
}

function standingOf(input: LimitsInput, scope: PreparedScope, index: number): Balance {
  const { prepared, call, ledger, drafted } = input;
  const { budget } = prepared;
  const { limit } = prepared.limits[index] as PreparedBudget['limits'][number];
  const counter = scope.counters[index] as PreparedScope['counters'][number];
  const { window, unit } = limit;
  const { nowMs } = drafted.hold;
  if (window.kind !== 'request')
    return balanceOf({ budget, limit, window, counter, ledger, nowMs });
  const { allowances, ref } = counter;
  const ceiling = ceilingOf({ amount: amountFor(limit, call), allowances, nowMs });
  return {
    budget: budget.id,
    scope: ref.scope,
    unit,
    window: formatWindow(window),
    limit: ceiling,
    committed: 0,
    reserved: 0,
    remaining: ceiling,
    mode: budget.mode,
  };
}
