// A naive ledger: a list of calls, gone through from the beginning for every question. Shares no code.

/** A limit as the model knows it. Amounts are tokens, but for `flight`, which counts open calls. */
export interface ModelBudget {
  readonly id: string;
  readonly window: 'day' | 'minute' | 'lifetime';
  readonly perUser: boolean;
  readonly countsCalls: boolean;
  readonly shadow: boolean;
  readonly onExpire: 'charge' | 'input' | 'release';
  amount: number;
}

interface Charge {
  readonly tokens: number;
  /** In the order of all that happened. */
  readonly order: number;
}

interface ModelCall {
  readonly user: string;
  readonly input: number;
  readonly output: number;
  readonly madeAtMs: number;
  state: 'open' | 'committed' | 'released' | 'expired' | 'tombstone';
  expiresAtMs: number;
  /** By budget. */
  charges: Map<string, Charge>;
  /** What it was committed with. */
  usage: string | undefined;
  /** Made by a record, not by a reserve. */
  isRecorded: boolean;
}

export interface ModelReserve {
  readonly id: string;
  readonly user: string;
  readonly input: number;
  readonly output: number;
  readonly ttlMs: number;
}

const DAY_MS = 86_400_000;
const SECOND_MS = 1000;
const ORDER = ['TOO_LARGE', 'EXHAUSTED', 'IN_FLIGHT'];

export class NaiveLedger {
  nowMs: number;
  readonly budgets: readonly ModelBudget[];
  readonly #calls = new Map<string, ModelCall>();
  /** The latest reset of each budget, or of one user in it. */
  readonly #resets: { readonly budget: string; readonly order: number }[] = [];
  readonly #topUps: { budget: string; amount: number; untilMs: number }[] = [];
  #order = 0;

  constructor(budgets: readonly ModelBudget[], nowMs: number) {
    this.budgets = budgets;
    this.nowMs = nowMs;
  }

  reserve({ id, user, input, output, ttlMs }: ModelReserve): string {
    const known = this.#calls.get(id);
    if (known) {
      if (known.state === 'tombstone') return 'SETTLED';
      const isSame = known.user === user && known.input === input && known.output === output;
      return isSame && !known.isRecorded ? 'granted' : 'ID_REUSED';
    }
    if (this.#isTooOld(id)) return 'ID_EXPIRED';
    const refusals = this.budgets
      .filter(({ shadow }) => !shadow)
      .map((budget) => this.#refusal(budget, user, input + output))
      .filter((reason) => reason !== undefined);
    if (refusals.length > 0) {
      return `denied ${ORDER.find((reason) => refusals.includes(reason)) ?? ''}`;
    }
    this.#add(id, { user, input, output, state: 'open', expiresAtMs: this.nowMs + ttlMs });
    return 'granted';
  }

  commit(id: string, input: number, output: number): string {
    const call = this.#calls.get(id);
    if (!call || call.state === 'tombstone') return 'NOT_FOUND';
    const usage = `${input}+${output}`;
    if (call.state === 'committed') return call.usage === usage ? 'ok' : 'ID_REUSED';
    this.#end(call, 'committed', (budget) => (budget.countsCalls ? 0 : input + output));
    call.usage = usage;
    return 'ok';
  }

  record(
    id: string,
    { user, input, agoMs }: { user: string; input: number; agoMs: number },
  ): string {
    const known = this.#calls.get(id);
    if (known && known.state !== 'tombstone') {
      // A known id is committed, whatever call is told beside it.
      return this.commit(id, input, 0);
    }
    if (!known && this.#isTooOld(id)) return 'ID_EXPIRED';
    const made = { user, input, output: 0, expiresAtMs: Infinity };
    const call = this.#add(id, { ...made, state: 'open', agoMs });
    call.isRecorded = true;
    return this.commit(id, input, 0);
  }

  release(id: string): string {
    const call = this.#calls.get(id);
    if (!call && this.#isTooOld(id)) return 'ID_EXPIRED';
    if (!call) {
      this.#add(id, { user: '', input: 0, output: 0, state: 'tombstone', expiresAtMs: 0 });
      return 'ok';
    }
    if (call.state === 'committed') return 'SETTLED';
    if (call.state === 'open' || call.state === 'expired') this.#end(call, 'released', () => 0);
    return 'ok';
  }

  extend(id: string, ttlMs: number): string {
    const call = this.#calls.get(id);
    if (!call && this.#isTooOld(id)) return 'ID_EXPIRED';
    if (!call || call.state === 'tombstone') return 'NOT_FOUND';
    if (call.state === 'expired') return 'EXPIRED';
    if (call.state !== 'open') return 'SETTLED';
    call.expiresAtMs = Math.max(call.expiresAtMs, this.nowMs + ttlMs);
    return 'ok';
  }

  reset(budget: string): void {
    this.#order += 1;
    this.#resets.push({ budget, order: this.#order });
  }

  allow(budget: string, amount: number, untilMs: number): void {
    this.#topUps.push({ budget, amount, untilMs });
  }

  /** Time goes on; what has run out by then ends. */
  pass(nowMs: number): void {
    this.nowMs = Math.max(this.nowMs, nowMs);
    for (const call of this.#calls.values()) {
      if (call.state !== 'open' || call.expiresAtMs > this.nowMs) continue;
      this.#end(call, 'expired', ({ onExpire, countsCalls }) => {
        if (countsCalls || onExpire === 'release') return 0;
        return onExpire === 'input' ? call.input : call.input + call.output;
      });
    }
  }

  ceiling({ id, amount }: ModelBudget): number {
    const more = this.#topUps.filter(
      ({ budget, untilMs }) => budget === id && this.nowMs < untilMs,
    );
    return Math.max(
      0,
      more.reduce((sum, { amount: each }) => sum + each, amount),
    );
  }

  sums(budget: ModelBudget, user: string): { committed: number; reserved: number } {
    let committed = 0;
    let reserved = 0;
    const resets = this.#resets.filter((each) => each.budget === budget.id);
    const latestReset = Math.max(0, ...resets.map(({ order }) => order));
    for (const call of this.#calls.values()) {
      if (call.state === 'tombstone' || (budget.perUser && call.user !== user)) continue;
      if (!this.#isInside(budget, call.madeAtMs)) continue;
      if (call.state === 'open') reserved += budget.countsCalls ? 1 : call.input + call.output;
      const charge = call.charges.get(budget.id);
      if (charge && charge.order > latestReset) committed += charge.tokens;
    }
    return { committed, reserved };
  }

  users(): readonly string[] {
    return [...new Set([...this.#calls.values()].map(({ user }) => user))];
  }

  /** An id that nothing is known of, minted more than a day ago. */
  #isTooOld(id: string): boolean {
    return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) < this.nowMs - DAY_MS;
  }

  #refusal(budget: ModelBudget, user: string, tokens: number): string | undefined {
    const wanted = budget.countsCalls ? 1 : tokens;
    if (wanted === 0) return undefined;
    const ceiling = this.ceiling(budget);
    const { committed, reserved } = this.sums(budget, user);
    if (wanted > ceiling) return 'TOO_LARGE';
    if (committed + wanted > ceiling) return 'EXHAUSTED';
    return committed + reserved + wanted > ceiling ? 'IN_FLIGHT' : undefined;
  }

  /** Whether what was made then counts now. */
  #isInside({ window }: ModelBudget, madeAtMs: number): boolean {
    if (window === 'lifetime') return true;
    if (window === 'day') return Math.floor(madeAtMs / DAY_MS) === Math.floor(this.nowMs / DAY_MS);
    return Math.floor(madeAtMs / SECOND_MS) >= Math.floor(this.nowMs / SECOND_MS) - 60;
  }

  #add(
    id: string,
    call: Pick<ModelCall, 'user' | 'input' | 'output' | 'state' | 'expiresAtMs'> & {
      readonly agoMs?: number;
    },
  ): ModelCall {
    const madeAtMs = this.nowMs - (call.agoMs ?? 0);
    const fresh = { charges: new Map<string, Charge>(), usage: undefined, isRecorded: false };
    const added: ModelCall = { ...call, ...fresh, madeAtMs };
    this.#calls.set(id, added);
    return added;
  }

  #end(
    call: ModelCall,
    state: ModelCall['state'],
    chargeOf: (budget: ModelBudget) => number,
  ): void {
    this.#order += 1;
    call.state = state;
    for (const budget of this.budgets) {
      call.charges.set(budget.id, { tokens: chargeOf(budget), order: this.#order });
    }
  }
}
