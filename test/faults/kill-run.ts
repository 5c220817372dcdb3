// One run of kills: load on a sidecar, SIGKILL at random moments, and a comparison after each restart.
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Entry, exportFolder, verify, type VerifyReport } from '@spendfuse/authority';
import { type Client, createClient } from '@spendfuse/client';
import { until } from '@spendfuse/testkit';
import { expect } from 'vitest';
import { Administrator } from './kill-admin.ts';
import { type CountedCalls, wrongCounters } from './kill-counters.ts';
import { lostVerbs, notedEntries } from './kill-history.ts';
import { Load } from './kill-load.ts';
import { Dice, type KnownCall, Model } from './kill-model.ts';

/** Of every admin API under test. */
export const ADMIN_TOKEN = 'a token of tests, and of nothing else'.replaceAll(' ', '-');

/** Budgets of several units, windows and rungs. A token costs one nano-USD. */
export const CONFIG = `
prices:
  - { model: m, input: $0.001, output: $0.001, maxOutputTokens: 100 }
budgets:
  - { id: all, limits: [1000000k tokens, $1000] }
  - { id: day, per: [team], zone: Asia/Kathmandu, limits: [1000000k tokens/day, 1000k requests/day] }
  - { id: purse, match: { user: [u0, u1], kind: call }, per: [user], limits: [2000 tokens/minute], onShortage: [deny] }
  - { id: seats, match: { kind: call }, limits: [6 concurrent], onShortage: [wait: 1s, deny] }
  - { id: swept, match: { kind: call }, limits: [1000000k tokens] }
  - { id: edited, match: { kind: call }, limits: [1000000k tokens] }
`;

const isCall = ({ kind }: KnownCall): boolean => kind === 'call';

const BUDGETS: readonly CountedCalls[] = [
  { budget: 'all', counts: () => true },
  { budget: 'day', counts: () => true },
  { budget: 'purse', counts: (call) => isCall(call) && ['u0', 'u1'].includes(call.user) },
  { budget: 'seats', counts: isCall },
  { budget: 'swept', counts: isCall },
  { budget: 'edited', counts: isCall },
];

/** Their ceilings hold at every instant, as nothing is recorded there and no call outgrows its hold. */
const NEVER_OVER = ['purse', 'seats'];

/** A sidecar that can be killed and started again. */
export interface Victim {
  readonly endpoint: string;
  readonly origin: string;
  /** Its data are in `data`. */
  readonly folder: string;
  start(): Promise<void>;
  crash(): Promise<void>;
  stop(): Promise<number | null>;
  stderr(): string;
}

export interface KillOptions {
  readonly victim: Victim;
  readonly kills: number;
  /** The time as the victim has it. */
  readonly nowMs?: (() => number) | undefined;
}

export interface KillOutcome {
  readonly model: Model;
  /** After the end, in good order, of the last life. */
  readonly report: VerifyReport;
  readonly seed: number;
}

const CALLERS = 12;

/** Keeps the data and says where, and with which seed, where something is wrong. */
export async function runKills(options: KillOptions): Promise<KillOutcome> {
  const given = process.env['SPENDFUSE_TEST_SEED'];
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
  const run = new KillRun(options, seed);
  try {
    return await run.whole();
  } catch (error) {
    const { victim } = options;
    await victim.crash();
    const kept = await mkdtemp(join(tmpdir(), 'spendfuse-killed-'));
    await cp(victim.folder, kept, { recursive: true });
    const after = `after ${run.kills} of ${options.kills} kills; SPENDFUSE_TEST_SEED=${seed}`;
    process.stderr.write(`${after}; the data are kept in ${kept}\n${victim.stderr()}`);
    throw error;
  } finally {
    await run.abandon();
  }
}

class KillRun {
  readonly #options: KillOptions;
  readonly #seed: number;
  readonly #nowMs: () => number;
  readonly #model: Model;
  readonly #client: Client;
  readonly #load: Load;
  readonly #admin: Administrator;
  readonly #folder: string;
  /** Entries before were compared. */
  #comparedMs = 0;
  kills = 0;

  constructor(options: KillOptions, seed: number) {
    const { victim, nowMs = Date.now } = options;
    this.#options = options;
    this.#seed = seed;
    this.#nowMs = nowMs;
    this.#folder = join(victim.folder, 'data');
    const model = new Model(nowMs);
    this.#model = model;
    this.#comparedMs = nowMs() - 3_600_000;
    this.#client = createClient({ endpoint: victim.endpoint });
    this.#load = new Load({ client: this.#client, model, seed, callers: CALLERS, nowMs });
    const { origin } = victim;
    const dice = new Dice(seed + CALLERS);
    this.#admin = new Administrator({ origin, token: ADMIN_TOKEN, model, dice });
  }

  async whole(): Promise<KillOutcome> {
    const { victim, kills } = this.#options;
    const dice = new Dice(this.#seed + CALLERS + 1);
    for (; this.kills < kills; this.kills++) {
      // The moment is random in work done, so that every kill meets real load, and in time.
      await this.#acknowledged(this.#model.acknowledged + dice.whole(1, 80));
      await sleep(dice.next() * 20);
      await victim.crash();
      await this.#verify();
      const startMs = this.#nowMs();
      await victim.start();
      this.#model.restarts += 1;
      await this.#compare(startMs);
    }
    await Promise.all([this.#load.stop(), this.#admin.stop()]);
    await this.#client.close({ timeoutMs: 10_000 });
    expect(await victim.stop()).toBe(0);
    const report = await this.#verify();
    await this.#compareEntries(this.#nowMs() + 1);
    expect(this.#model.surprises).toEqual([]);
    return { model: this.#model, report, seed: this.#seed };
  }

  async abandon(): Promise<void> {
    const isOver = Promise.all([this.#load.stop(), this.#admin.stop()]);
    await this.#client.close({ timeoutMs: 100 });
    await isOver;
  }

  async #acknowledged(count: number): Promise<void> {
    const what = `${count} acknowledged verbs`;
    const isEnough = () => this.#model.acknowledged >= count;
    await until(isEnough, { what, timeoutMs: 30_000, intervalMs: 2 });
  }

  async #verify(): Promise<VerifyReport> {
    const report = await verify({ folder: this.#folder });
    expect(report.findings).toEqual([]);
    return report;
  }

  /** What the sidecar serves now, with the history of the life before. */
  async #compare(startMs: number): Promise<void> {
    const entries = await this.#compareEntries(startMs);
    expect(await this.#admin.wrongs(entries, this.#nowMs)).toEqual([]);
    expect(this.#admin.wrongCounts(startMs)).toEqual([]);
    const fromMs = this.#nowMs();
    const balances = await this.#client.balances({});
    const toMs = this.#nowMs();
    const { resets } = this.#admin;
    const read = { balances, fromMs, toMs, notedMs: startMs };
    const check = { model: this.#model, budgets: BUDGETS, resets, ...read };
    expect(wrongCounters(check)).toEqual([]);
    const isOver = balances
      .filter(({ budget }) => NEVER_OVER.includes(budget))
      .filter(({ committed, reserved, limit }) => committed + reserved > limit);
    expect(isOver, 'no grant overspends (L1)').toEqual([]);
    const edited = balances.filter(({ budget }) => budget === 'edited');
    expect(edited.flatMap((each) => this.#admin.wrongLimit(each, fromMs, toMs))).toEqual([]);
  }

  /** Entries of one life lie between its start and the next. */
  async #compareEntries(toMs: number): Promise<readonly Entry[]> {
    const fromMs = this.#comparedMs;
    this.#comparedMs = toMs;
    const entries: Entry[] = [];
    const batches = exportFolder({ folder: this.#folder, filter: { fromMs, toMs } });
    for await (const batch of batches) entries.push(...batch.entries);
    expect(notedEntries(this.#model, entries)).toEqual([]);
    expect(lostVerbs(this.#model, toMs)).toEqual([]);
    return entries;
  }
}
