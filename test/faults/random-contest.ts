// A contest: the same random verbs, edits and jumps of time to an authority and to a naive ledger.
import { createCatalogue, type LocalAuthority } from '@spendfuse/authority';
import {
  type Budget,
  budgetOf,
  mintId,
  parseLimit,
  SpendfuseError,
  usageOf,
} from '@spendfuse/core';
import type { FakeClock } from '@spendfuse/testkit';
import fc from 'fast-check';
import { expect } from 'vitest';
import { type ModelBudget, NaiveLedger } from './ledger-model.ts';

/** Sequences for each that `npm test` runs. */
export const TIMES = process.env['SPENDFUSE_TEST_LONG'] ? 100 : 1;
export const START_MS = Date.parse('2026-11-22T20:00:00Z');
const USERS = ['u1', 'u2'] as const;

interface Fields {
  readonly id: number;
  readonly user: string;
  readonly input: number;
  readonly output: number;
  readonly ms: number;
  readonly budget: string;
  /** Until the next step: often it happens in the same millisecond. */
  readonly apartMs: number;
}

const VERBS = {
  reserve: 8,
  commit: 5,
  release: 2,
  extend: 1,
  record: 2,
  pass: 3,
  jump: 1,
  set: 1,
  allow: 1,
  reset: 1,
} as const;
type Verb = keyof typeof VERBS;

const budgetsOf = (): ModelBudget[] => [
  { ...plain, id: 'day', window: 'day', perUser: true, amount: 120 },
  { ...plain, id: 'minute', window: 'minute', amount: 150 },
  { ...plain, id: 'life', window: 'lifetime', onExpire: 'input', amount: 400 },
  { ...plain, id: 'flight', window: 'lifetime', countsCalls: true, amount: 5 },
  { ...plain, id: 'look', window: 'day', shadow: true, onExpire: 'release', amount: 30 },
];
const plain = { perUser: false, countsCalls: false, shadow: false, onExpire: 'charge' } as const;
const NAMES = budgetsOf().map(({ id }) => id);

const fields: fc.Arbitrary<Fields> = fc.record({
  id: fc.integer({ min: 0, max: 15 }),
  user: fc.constantFrom(...USERS),
  input: fc.integer({ min: 0, max: 40 }),
  output: fc.integer({ min: 0, max: 40 }),
  ms: fc.oneof(fc.integer({ min: 0, max: 90_000 }), fc.constantFrom(1000, 3_600_000, 30_000_000)),
  budget: fc.constantFrom(...NAMES),
  apartMs: fc.constantFrom(0, 1),
});
const verb = fc.oneof(
  ...Object.entries(VERBS).map(([name, weight]) => ({
    weight,
    arbitrary: fc.constant(name as Verb),
  })),
);
export const sequences = fc.array(fc.tuple(verb, fields), { maxLength: 200, size: 'max' });

function realBudget({ id, window, amount, ...rest }: ModelBudget): Budget {
  const text = rest.countsCalls ? `${amount} concurrent` : `${amount} tokens/${window}`;
  return budgetOf({
    id,
    per: rest.perUser ? ['user'] : [],
    limits: [parseLimit(text)],
    mode: rest.shadow ? 'shadow' : 'enforce',
    onExpire: rest.onExpire,
    onShortage: [{ kind: 'deny' }],
  });
}

/** One sequence: the same command to both, the same answer and the same counters of both. */
export class Contest {
  readonly #model: NaiveLedger;
  readonly #real: LocalAuthority;
  readonly #clock: FakeClock;
  readonly #ids = new Map<number, string>();

  constructor(real: LocalAuthority, clock: FakeClock) {
    this.#real = real;
    this.#clock = clock;
    this.#model = new NaiveLedger(budgetsOf(), START_MS);
  }

  async step([verbName, given]: readonly [Verb, Fields]): Promise<void> {
    const [answer, expected] = await this.#acts[verbName](given);
    if (answer !== expected) expect(`${verbName} ${answer}`).toBe(`${verbName} ${expected}`);
    await this.#pass(given.apartMs);
  }

  resetLook(): void {
    this.#model.reset('look');
  }

  async compareCounters(real: LocalAuthority): Promise<void> {
    for (const budget of this.#model.budgets) {
      for (const user of budget.perUser ? USERS : ['']) {
        const scope = budget.perUser ? { user } : {};
        const [balance] = await real.balances({ budget: budget.id, scope });
        const { committed, reserved } = this.#model.sums(budget, user);
        const wanted = { committed, reserved, limit: this.#model.ceiling(budget) };
        // A scope that no call has touched has no counters.
        const found = balance ?? { committed: 0, reserved: 0, limit: wanted.limit };
        // Every step comes here, and `expect` costs more than all else.
        if (isSame(found, wanted)) continue;
        expect({ budget: budget.id, user, ...found }).toMatchObject(wanted);
      }
    }
  }

  async #pass(ms: number): Promise<void> {
    this.#clock.advance(ms);
    await this.#real.keepHouse();
    this.#model.pass(this.#clock.now());
  }

  readonly #acts: Readonly<Record<Verb, (given: Fields) => Promise<readonly [string, string]>>> = {
    reserve: async ({ id, user, input, output, ms }) => {
      const ttlMs = 1000 + ms;
      const request = { id: this.#id(id), call: callOf(user), ttlMs };
      const estimate = {
        inputBound: { tokens: input, exact: true },
        maxOutputTokens: output,
        choices: 1,
        clampable: false,
      };
      const answer = await told(async () => {
        const decision = await this.#real.reserve({ ...request, estimate });
        return decision.kind === 'denied' ? `denied ${decision.reason}` : decision.kind;
      });
      return [answer, this.#model.reserve({ id: request.id, user, input, output, ttlMs })];
    },
    commit: async ({ id, input, output }) => {
      const usage = usageOf({ inputTokens: input, outputTokens: output });
      const request = { id: this.#id(id), usage, usageSource: 'provider' } as const;
      const answer = await told(async () => void (await this.#real.commit(request)));
      return [answer, this.#model.commit(request.id, input, output)];
    },
    release: async ({ id: name }) => {
      const id = this.#id(name);
      return [await told(() => this.#real.release({ id })), this.#model.release(id)];
    },
    extend: async ({ id: name, ms }) => {
      const id = this.#id(name);
      const answer = await told(async () => void (await this.#real.extend({ id, ttlMs: ms + 1 })));
      return [answer, this.#model.extend(id, ms + 1)];
    },
    record: async ({ id: name, user, input, ms: agoMs }) => {
      const id = this.#id(name);
      const call = { ...callOf(user), reservedAtMs: this.#model.nowMs - agoMs };
      const usage = usageOf({ inputTokens: input });
      const request = { id, usage, usageSource: 'provider', call } as const;
      const answer = await told(async () => void (await this.#real.record(request)));
      return [answer, this.#model.record(id, { user, input, agoMs })];
    },
    pass: async ({ ms }) => {
      await this.#pass(ms);
      return ['ok', 'ok'];
    },
    jump: async ({ ms }) => {
      // Back, or ahead: the latest time that was seen holds (L10).
      this.#clock.set(this.#clock.now() + (ms % 2 === 0 ? -ms : ms));
      await this.#pass(0);
      return ['ok', 'ok'];
    },
    set: async ({ budget: id, input, output }) => {
      const budget = this.#budget(id);
      budget.amount = input * output;
      await this.#real.admin.setBudget({ by: 'test', budget: realBudget(budget) });
      return ['ok', 'ok'];
    },
    allow: async ({ budget: id, input, ms }) => {
      const { countsCalls } = this.#budget(id);
      const untilMs = this.#model.nowMs + ms + 1;
      const unit = countsCalls ? 'concurrency' : 'tokens';
      const amount = input + 1;
      await this.#real.admin.allow({ by: 'test', budget: id, unit, amount, untilMs });
      this.#model.allow(id, amount, untilMs);
      return ['ok', 'ok'];
    },
    reset: async ({ budget }) => {
      await this.#real.admin.reset({ by: 'test', budget });
      this.#model.reset(budget);
      return ['ok', 'ok'];
    },
  };

  #budget(id: string): ModelBudget {
    return this.#model.budgets.find((budget) => budget.id === id) as ModelBudget;
  }

  #id(name: number): string {
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = mintId({ nowMs: this.#clock.now(), random: new Uint8Array(10).fill(name) });
      this.#ids.set(name, id);
    }
    return id;
  }
}

interface Standing {
  readonly committed: number;
  readonly reserved: number;
  readonly limit: number;
}

function isSame(a: Standing, b: Standing): boolean {
  return a.committed === b.committed && a.reserved === b.reserved && a.limit === b.limit;
}

function callOf(user: string) {
  return { labels: { user }, provider: 'openai', model: 'gpt-4o-mini', operation: 'chat' };
}

async function told(act: () => Promise<string | void>): Promise<string> {
  try {
    return (await act()) ?? 'ok';
  } catch (thrown) {
    return SpendfuseError.from(thrown).code;
  }
}

/** What both sides begin with. */
export const start = { budgets: budgetsOf().map(realBudget), catalogue: createCatalogue() };
