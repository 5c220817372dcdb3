// An authority without a journal, with the prices and the clock of a test, and short verbs.
import {
  type Amounts,
  type Budget,
  type BudgetFields,
  budgetOf,
  type Committed,
  type Decision,
  type Denied,
  type Estimate,
  mintId,
  parseLimit,
  type Refusal,
  type ReserveRequest,
  usageOf,
} from '@spendfuse/core';
import {
  type AuthorityEvent,
  createAuthority,
  type EntryMeta,
  type LocalAuthority,
  openMemoryLedger,
  type PriceCatalogue,
  type PriceSource,
} from '@spendfuse/authority';
import { createFakeClock, type FakeClock } from '@spendfuse/testkit';

/** A Sunday morning. */
export const START_MS = Date.parse('2026-11-22T08:00:00Z');

/** Nano-USD of a token, in and out; of the tier `batch` half of it, of `priority` twice as much. */
const PRICES: Readonly<Record<string, number>> = { big: 10, mid: 4, small: 1, free: 0, odd: 2 };
const TIERS: Readonly<Record<string, number>> = { batch: 0.5, priority: 2 };

/** `odd` has the price for models without a price; any other model has none. */
const testCatalogue: PriceCatalogue = {
  version: 'test',
  priceOf: ({ model, tier = 'standard' }) => {
    const price = PRICES[model];
    if (price === undefined) return undefined;
    const costOf = (tokens: { inputTokens: number; outputTokens: number }): number =>
      Math.ceil((tokens.inputTokens + tokens.outputTokens) * price * (TIERS[tier] ?? 1));
    const source: PriceSource = model === 'odd' ? 'fallback' : 'catalogue';
    return { source, tier, costOf, worstCostOf: costOf };
  },
  maxOutputTokensOf: ({ model }) => (model === 'small' ? 300 : 1000),
};

export type BudgetText = Omit<Partial<BudgetFields>, 'limits'> & {
  readonly id?: string;
  readonly limits: readonly string[];
};

export function budget({ id = 'b', limits, ...rest }: BudgetText): Budget {
  const parsed = limits.map((text) => parseLimit(text));
  return budgetOf({ onShortage: [{ kind: 'deny' }], ...rest, id, limits: parsed });
}

/** What a call asks for; by default 10 tokens in and none out, of the model `small`. */
export interface Ask {
  readonly id?: string;
  readonly input?: number;
  readonly output?: number;
  readonly choices?: number;
  readonly exact?: boolean;
  readonly soft?: boolean;
  readonly model?: string;
  readonly tier?: string;
  readonly amounts?: Amounts;
  readonly labels?: Record<string, string>;
  readonly maxWaitMs?: number;
  readonly fixed?: boolean;
}

export interface PricedWorld {
  readonly authority: LocalAuthority;
  readonly clock: FakeClock;
  readonly events: AuthorityEvent[];
  request(ask?: Ask): ReserveRequest;
  /** In one word: `granted`, `clamped 20`, `downgraded small`, `refine`, or the reason of the denial. */
  ask(ask?: Ask): Promise<string>;
  decide(ask?: Ask): Promise<Decision>;
  denied(ask?: Ask): Promise<Denied>;
  /** Reserves and gives the id. */
  hold(ask?: Ask): Promise<string>;
  commit(
    id: string,
    tokens: number,
    more?: { tier?: string; amounts?: Amounts },
  ): Promise<Committed>;
  spend(tokens: number, ask?: Ask): Promise<void>;
  /** `committed + reserved` of the first limit of each scope of a budget. */
  counters(id?: string): Promise<string>;
}

let minted = 0;

export function pricedWorld(...budgets: readonly Budget[]): PricedWorld {
  const clock = createFakeClock(START_MS);
  const store = openMemoryLedger<EntryMeta>();
  const catalogue = testCatalogue;
  const authority = createAuthority({ budgets, catalogue, store, clock });
  const events: AuthorityEvent[] = [];
  authority.onEvent((event) => events.push(event));
  const newId = (): string => {
    minted += 1;
    const random = new Uint8Array(10);
    new DataView(random.buffer).setUint32(6, minted);
    return mintId({ nowMs: clock.now(), random });
  };
  const request = (ask: Ask = {}): ReserveRequest => ({
    id: ask.id ?? newId(),
    call: {
      labels: ask.labels ?? {},
      provider: 'openai',
      model: ask.model ?? 'small',
      operation: 'chat',
    },
    estimate: estimateOf(ask),
    maxWaitMs: ask.maxWaitMs,
  });
  const decide = (ask?: Ask): Promise<Decision> => authority.reserve(request(ask));
  const made: PricedWorld = {
    authority,
    clock,
    events,
    request,
    decide,
    ask: async (ask) => wordOf(await decide(ask)),
    denied: async (ask) => {
      const decision = await decide(ask);
      if (decision.kind !== 'denied') throw new Error(`not denied: ${JSON.stringify(decision)}`);
      return decision;
    },
    hold: async (ask) => {
      const decision = await decide(ask);
      if (decision.kind !== 'granted') throw new Error(`no grant: ${JSON.stringify(decision)}`);
      return decision.id;
    },
    commit: (id, tokens, more = {}) =>
      authority.commit({
        id,
        usage: usageOf({ outputTokens: tokens }),
        usageSource: 'provider',
        ...more,
      }),
    spend: async (tokens, ask = {}) => {
      await made.commit(await made.hold({ input: 0, output: 0, ...ask }), tokens);
    },
    counters: async (id = 'b') => {
      const balances = await authority.balances({ budget: id });
      return balances.map(({ committed, reserved }) => `${committed} + ${reserved}`).join(', ');
    },
  };
  return made;
}

function estimateOf(ask: Ask): Estimate {
  const { input = 10, output = 0, choices = 1, exact = true, soft, tier, amounts } = ask;
  const change = !ask.fixed;
  return {
    inputBound: { tokens: input, exact, soft },
    maxOutputTokens: output,
    choices,
    clampable: change,
    downgradable: change,
    tier,
    amounts,
  };
}

export function wordOf(decision: Decision): string {
  if (decision.kind === 'denied') return decision.reason;
  if (decision.kind === 'refine') return 'refine';
  const { model, maxOutputTokens } = decision;
  const words = [
    ...(model === undefined ? [] : [`downgraded ${model}`]),
    ...(maxOutputTokens === undefined ? [] : [`clamped ${maxOutputTokens}`]),
  ];
  return words.join(', ') || 'granted';
}

/** A refusal in one line: `b tokens/lifetime TOO_LARGE 0 + 0 + 60 > 50`. */
export function lineOf(refusal: Refusal): string {
  const { budget: id, unit, window, reason, committed, reserved, requested, limit } = refusal;
  return `${id} ${unit}/${window} ${reason} ${committed} + ${reserved} + ${requested} > ${limit}`;
}
