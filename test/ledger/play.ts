// Plays a scenario in a world: does each step, and compares the answer and the counters with its line.
import {
  type Balance,
  type Call,
  type CommitRequest,
  type Decision,
  type Labels,
  mintId,
  parseDurationMs,
  parseUnitAmount,
  type ReserveRequest,
  SpendfuseError,
  usageOf,
} from '@spendfuse/core';
import { wordsOfCommit, wordsOfDecision, wordsOfError, wordsOfExtension } from './answer.ts';
import { Cells } from './cells.ts';
import type { ExpectedCounter, Scenario, Step } from './scenario.ts';
import type { World } from './world.ts';

/** What a line and the world disagree about. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
}

/** @throws Mismatch naming the line, what was expected and what came. */
export async function play(scenario: Scenario, world: World, cells = new Cells()): Promise<void> {
  const player = new Player(world, cells);
  for (const step of scenario.steps) {
    const words = await player.act(step);
    compareAnswer(step, words);
    for (const counter of step.counters) await compareCounter(step, counter, world);
  }
  await player.end();
}

function compareAnswer({ text, expected }: Step, words: readonly string[]): void {
  const [first, ...others] = expected;
  const has = first === undefined || words[0] === first;
  if (has && others.every((word) => words.includes(word))) return;
  throw new Mismatch(`${text}\n  answered: ${words.join(' ')}`);
}

async function compareCounter(step: Step, wanted: ExpectedCounter, world: World): Promise<void> {
  const balances = await world.authority.balances({ budget: wanted.budget, scope: wanted.scope });
  const found = balances.filter(
    ({ unit, window }) =>
      (wanted.unit ?? unit) === unit &&
      (wanted.window ?? window.replaceAll(' ', '')) === window.replaceAll(' ', ''),
  );
  const sums = found.map(({ committed, reserved }) => `${committed}+${reserved}`);
  // A scope that no call has touched has no counters.
  if (sums.length === 0 && wanted.sums === '0+0') return;
  if (sums.length === 1 && sums[0] === wanted.sums) return;
  throw new Mismatch(
    `${step.text}\n  ${wanted.text}: ${found.map(balanceText).join('; ') || 'no counter'}`,
  );
}

function balanceText({ unit, window, scope, committed, reserved, limit }: Balance): string {
  const where = Object.entries(scope).map(([name, value]) => `${name}=${value}`);
  return `${where.join(',')} ${unit}@${window} ${committed}+${reserved} of ${limit}`;
}

const RESERVED_OPTIONS = [
  'model',
  'op',
  'ttl',
  'wait',
  'choices',
  'tier',
  'at',
  'out',
  'until',
  'by',
];

class Player {
  readonly #world: World;
  readonly #cells: Cells;
  readonly #ids = new Map<string, string>();
  readonly #waiting = new Map<string, Promise<readonly string[]>>();
  #minted = 0;

  constructor(world: World, cells: Cells) {
    this.#world = world;
    this.#cells = cells;
  }

  async act(step: Step): Promise<readonly string[]> {
    const verb = this.#verbs[step.verb];
    if (!verb) throw new Error(`"${step.text}": there is no verb ${step.verb}`);
    const name = step.words[0] ?? '';
    const before = this.#cells.stateOf(name, this.#now());
    let words: readonly string[];
    try {
      words = await verb(step);
    } catch (thrown) {
      words = wordsOfError(thrown);
    }
    this.#cells.note({ step, name, before, words, nowMs: this.#now() });
    return words;
  }

  /** Nothing that waits is left behind. */
  async end(): Promise<void> {
    if (this.#waiting.size === 0) return;
    throw new Mismatch(`${[...this.#waiting.keys()].join(', ')} still wait at the end`);
  }

  readonly #verbs: Readonly<Record<string, (step: Step) => Promise<readonly string[]>>> = {
    reserve: (step) => this.#reserve(step),
    burst: (step) => this.#burst(step),
    records: (step) => this.#records(step),
    answer: async ({ words: [name = ''] }) => {
      const answer = this.#waiting.get(name);
      this.#waiting.delete(name);
      return (await answer) ?? ['nobody', 'waits'];
    },
    commit: async (step) => wordsOfCommit(await this.#world.authority.commit(this.#commitOf(step))),
    record: async (step) => {
      const request = this.#commitOf(step);
      const call = { ...callOf(step), reservedAtMs: this.#atMs(step) };
      return wordsOfCommit(await this.#world.authority.record({ ...request, call }));
    },
    release: async ({ words: [name = '', ...flags] }) => {
      await this.#world.authority.release({ id: this.#id(name), sent: flags.includes('sent') });
      return ['ok'];
    },
    extend: async ({ words: [name = '', ttl = ''], options }) => {
      const outputTokens = options['out'] === undefined ? undefined : Number(options['out']);
      const request = { id: this.#id(name), ttlMs: parseDurationMs(ttl), outputTokens };
      const answer = await this.#world.authority.extend(request);
      return answer.kind === 'extended' ? wordsOfExtension(answer) : wordsOfDecision(answer);
    },
    pass: async ({ words: [duration = ''] }) => {
      this.#world.clock.advance(parseDurationMs(duration));
      await this.#world.local.keepHouse();
      return ['ok'];
    },
    clock: async ({ words: [step = ''] }) => {
      const sign = step.startsWith('-') ? -1 : 1;
      const { clock, local } = this.#world;
      clock.set(clock.now() + sign * parseDurationMs(step.replace(/^[+-]/, '')));
      await local.keepHouse();
      return ['ok'];
    },
    crash: async () => {
      await this.#world.crash();
      return ['ok'];
    },
    'top-up': (step) => this.#allow(step),
    override: (step) => this.#allow(step),
    reset: async ({ words: [budget = ''], options }) => {
      const scope = Object.keys(options).length === 0 ? undefined : options;
      await this.#world.local.admin.reset({ by: 'test', budget, scope });
      return ['ok'];
    },
    set: async ({ words: [id = '', ...rest] }) => {
      const { budget } =
        this.#world.local.admin.budgets().find((one) => one.budget.id === id) ?? {};
      if (!budget) throw new SpendfuseError({ code: 'NOT_FOUND', message: `no budget ${id}` });
      const { unit, amount } = parseUnitAmount(rest.join(' '));
      const limits = budget.limits.map((limit) =>
        limit.unit === unit ? { ...limit, amount } : limit,
      );
      await this.#world.local.admin.setBudget({ by: 'test', budget: { ...budget, limits } });
      return ['ok'];
    },
    mode: async ({ words: [id = '', mode] }) => {
      const { budget } =
        this.#world.local.admin.budgets().find((one) => one.budget.id === id) ?? {};
      if (!budget) throw new SpendfuseError({ code: 'NOT_FOUND', message: `no budget ${id}` });
      const shadow = mode === 'shadow' ? 'shadow' : 'enforce';
      await this.#world.local.admin.setBudget({ by: 'test', budget: { ...budget, mode: shadow } });
      return ['ok'];
    },
  };

  async #reserve(step: Step): Promise<readonly string[]> {
    const [name = ''] = step.words;
    const decision = this.#world.authority
      .reserve(this.#reserveOf(step))
      .then((answer: Decision) => wordsOfDecision(answer), wordsOfError);
    if (step.expected[0] !== 'waits') return decision;
    this.#waiting.set(name, decision);
    // Whatever does not wait has answered by then.
    return (await Promise.race([decision, later()])) ?? ['waits'];
  }

  /** So many reserves at once. */
  async #burst(step: Step): Promise<readonly string[]> {
    const { text, words, options } = step;
    const [count = '0', tokens = ''] = words;
    const one = (n: number) => {
      const request = { ...step, words: [`${text}#${n}`, tokens], options };
      return this.#world.authority.reserve(this.#reserveOf(request));
    };
    const decisions = await Promise.all(Array.from({ length: Number(count) }, (_, n) => one(n)));
    const of = (kind: string) => decisions.filter((decision) => decision.kind === kind).length;
    return [`granted=${of('granted')}`, `denied=${of('denied')}`];
  }

  /** So many records, one after the other. */
  async #records(step: Step): Promise<readonly string[]> {
    const [count = '0', tokens = ''] = step.words;
    for (let n = 0; n < Number(count); n++) {
      const request = this.#commitOf({ ...step, words: [`${step.text}#${n}`, tokens] });
      const call = { ...callOf(step), reservedAtMs: this.#now() };
      await this.#world.authority.record({ ...request, call });
    }
    return [`ok=${count}`];
  }

  #reserveOf({ words: [name = '', tokens = '', ...flags], options }: Step): ReserveRequest {
    const [input = 0, output = 0] = tokens.split('+').map(Number);
    const { ttl, wait, choices = '1', tier } = options;
    return {
      id: this.#id(name),
      call: callOf({ options }),
      estimate: {
        inputBound: {
          tokens: input,
          exact: !flags.includes('cheap'),
          soft: flags.includes('soft') || undefined,
        },
        maxOutputTokens: flags.includes('unbounded') ? undefined : output,
        choices: Number(choices),
        clampable: flags.includes('clampable'),
        downgradable: flags.includes('downgradable') || undefined,
        amounts: amountsOf(options),
        tier,
      },
      ttlMs: ttl === undefined ? undefined : parseDurationMs(ttl),
      maxWaitMs: wait === undefined ? undefined : parseDurationMs(wait),
    };
  }

  #commitOf(step: Step): CommitRequest {
    const [name = '', tokens = '', ...flags] = step.words;
    const [inputTokens = 0, outputTokens = 0] = tokens.split('+').map(Number);
    return {
      id: this.#id(name),
      usage: usageOf({ inputTokens, outputTokens }),
      usageSource: flags.includes('estimated') ? 'estimated' : 'provider',
      amounts: amountsOf(step.options),
      tier: step.options['tier'],
      ...(flags.includes('with-call')
        ? { call: { ...callOf(step), reservedAtMs: this.#atMs(step) } }
        : undefined),
    };
  }

  async #allow({ words: [budget = '', ...amount], options }: Step): Promise<readonly string[]> {
    const { until, ...scope } = options;
    const text = amount.join(' ');
    const sign = text.startsWith('-') ? -1 : 1;
    const parsed = parseUnitAmount(text.replace(/^[+-]/, ''));
    await this.#world.local.admin.allow({
      by: 'test',
      budget,
      unit: parsed.unit,
      amount: sign * parsed.amount,
      scope: Object.keys(scope).length === 0 ? undefined : scope,
      untilMs: until === undefined ? undefined : this.#now() + parseDurationMs(until),
    });
    return ['ok'];
  }

  #now(): number {
    return this.#world.clock.now();
  }

  /** `at=-2h`: so long ago. */
  #atMs({ options }: Step): number {
    return this.#now() - parseDurationMs((options['at'] ?? '-0s').slice(1));
  }

  /** The same name is the same id; `old@-25h` was minted so long ago; `!text` is the text itself. */
  #id(name: string): string {
    if (name.startsWith('!')) return name.slice(1);
    let id = this.#ids.get(name);
    if (id === undefined) {
      const [, ago = '0s'] = name.split('@-');
      const random = new Uint8Array(10);
      new DataView(random.buffer).setUint32(6, (this.#minted += 1));
      id = mintId({ nowMs: this.#now() - parseDurationMs(ago), random });
      this.#ids.set(name, id);
    }
    return id;
  }
}

function callOf({ options }: Pick<Step, 'options'>): Call {
  const labels = Object.entries(options).filter(
    ([name]) => !RESERVED_OPTIONS.includes(name) && !name.includes('_'),
  );
  const { model = 'm', op = 'chat' } = options;
  return { labels: Object.fromEntries(labels) as Labels, provider: 'openai', model, operation: op };
}

function amountsOf(options: Step['options']): Readonly<Record<string, number>> | undefined {
  const amounts = Object.entries(options).filter(([name]) => name.includes('_'));
  if (amounts.length === 0) return undefined;
  return Object.fromEntries(amounts.map(([name, amount]) => [name, Number(amount)]));
}

function later(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, 30, undefined));
}
