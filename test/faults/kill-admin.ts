// Administration under kills: budgets are edited, topped up and reset over HTTP, and what was acknowledged holds.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Entry } from '@spendfuse/authority';
import { type Balance, SpendfuseError } from '@spendfuse/core';
import { type Act, type Dice, isAcknowledged, mayHaveHappened, type Model } from './kill-model.ts';

export interface AdministratorOptions {
  /** `http://127.0.0.1:4752` */
  readonly origin: string;
  readonly token: string;
  readonly model: Model;
  readonly dice: Dice;
}

interface TopUp {
  /** Unlike that of any other: also its note. */
  readonly amount: number;
  readonly added: Act[];
  readonly withdrawn: Act[];
  id: string | undefined;
}

interface Edit {
  readonly amount: number;
  readonly acts: Act[];
}

/** In the budgets file, and of the first edit. */
const BASE = 1_000_000_000;
/** More are withdrawn. */
const MANY = 8;

export class Administrator {
  /** Of the budget `swept`. */
  readonly resets: Act[] = [];
  readonly #options: AdministratorOptions;
  readonly #topUps: TopUp[] = [];
  readonly #edits: Edit[] = [];
  readonly #work: Promise<void>;
  readonly #entries = { reset: 0, configure: 0 };
  readonly #ids = new Set<string>();
  #isStopped = false;

  constructor(options: AdministratorOptions) {
    this.#options = options;
    this.#work = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#work;
  }

  async #run(): Promise<void> {
    const { dice } = this.#options;
    while (!this.#isStopped) {
      await sleep(dice.whole(5, 60));
      const act = dice.whole(0, 2);
      if (act === 0) await this.#send(this.resets, 'POST', '/api/budgets/swept/reset', {});
      else if (act === 1) await this.#edit();
      else await this.#topUp();
    }
  }

  async #edit(): Promise<void> {
    const amount = BASE + this.#edits.length * 1_000_000;
    const edit: Edit = { amount, acts: [] };
    this.#edits.push(edit);
    const definition = { limits: [`${amount} tokens`], match: { kind: 'call' } };
    await this.#send(edit.acts, 'PUT', '/api/budgets/edited', definition);
  }

  async #topUp(): Promise<void> {
    const standing = this.#topUps.filter(({ id, withdrawn }) => id && withdrawn.length === 0);
    const [oldest] = standing;
    if (oldest && standing.length > MANY) {
      await this.#send(oldest.withdrawn, 'DELETE', `/api/allowances/${oldest.id}`);
      return;
    }
    const amount = this.#topUps.length + 1;
    const topUp: TopUp = { amount, added: [], withdrawn: [], id: undefined };
    this.#topUps.push(topUp);
    const body = { amount: String(amount), unit: 'tokens', note: String(amount) };
    const answer = await this.#send(topUp.added, 'POST', '/api/budgets/edited/allowances', body);
    topUp.id = (answer as { allowance: { id: string } } | undefined)?.allowance.id;
  }

  #send(acts: Act[], method: string, path: string, body?: object): Promise<unknown> {
    const { model } = this.#options;
    return model.send(acts, `${method} ${path}`, () => this.#ask({ method, path, body }));
  }

  /** @throws SpendfuseError `UNAVAILABLE` where there is no answer. */
  async #ask({ method, path, body }: Question): Promise<unknown> {
    const { origin, token } = this.#options;
    let status = 503;
    let text = '';
    try {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const sent = body === undefined ? null : JSON.stringify(body);
      const response = await fetch(`${origin}${path}`, { method, headers, body: sent });
      text = await response.text();
      status = response.status;
    } catch {
      // It died before it answered.
    }
    if (status === 200) return JSON.parse(text);
    const code = status === 503 ? 'UNAVAILABLE' : 'INTERNAL';
    throw new SpendfuseError({ code, message: `${status} ${text}` });
  }

  /** Takes note of entries, and says what is wrong with them and with what stands now. */
  async wrongs(entries: readonly Entry[], nowMs: () => number): Promise<readonly string[]> {
    const ofEntries = entries.flatMap((entry) => this.#noteEntry(entry));
    const fromMs = nowMs();
    const path = '/api/allowances?budget=edited';
    const answer = await this.#ask({ method: 'GET', path, body: undefined });
    const { allowances } = answer as { allowances: { note: string }[] };
    const toMs = nowMs();
    const notes = allowances.map(({ note }) => Number(note));
    const ofTopUps = this.#topUps.flatMap((topUp) => {
      const count = notes.filter((note) => note === topUp.amount).length;
      const [least, most] = countOf(topUp, fromMs, toMs);
      if (count >= least && count <= most) return [];
      return [`top-up ${topUp.amount} stands ${count} times, not ${least} to ${most}`];
    });
    const invented = notes.filter((note) => note < 1 || note > this.#topUps.length);
    return [...ofEntries, ...ofTopUps, ...invented.map((note) => `top-up ${note} is invented`)];
  }

  #noteEntry({ verb, id }: Entry): readonly string[] {
    if (verb !== 'reset' && verb !== 'configure') return [];
    this.#entries[verb] += 1;
    const isTwice = this.#ids.has(id);
    this.#ids.add(id);
    return isTwice ? [`${verb} ${id} is there twice`] : [];
  }

  /** Acts of which the history has fewer than were acknowledged before a time, or more than were sent. */
  wrongCounts(beforeMs: number): readonly string[] {
    const configured = [
      ...this.#edits.map(({ acts }) => acts),
      ...this.#topUps.flatMap(({ added, withdrawn }) => [added, withdrawn]),
    ].flat();
    return Object.entries({ reset: this.resets, configure: configured }).flatMap(([verb, acts]) => {
      const count = this.#entries[verb as 'reset'];
      const least = acts.filter((act) => isAcknowledged([act], beforeMs)).length;
      const most = acts.filter((act) => mayHaveHappened([act])).length;
      if (count >= least && count <= most) return [];
      return [`${count} entries of ${verb}, not ${least} to ${most}`];
    });
  }

  /** The limit of `edited` is one that edits and top-ups may have made. */
  wrongLimit({ limit }: Balance, fromMs: number, toMs: number): readonly string[] {
    const last = this.#edits.findLastIndex(({ acts }) => isAcknowledged(acts, fromMs));
    const later = this.#edits.slice(last + 1).filter(({ acts }) => mayHaveHappened(acts));
    const amounts = [this.#edits[last]?.amount ?? BASE, ...later.map(({ amount }) => amount)];
    let least = Math.min(...amounts);
    let most = Math.max(...amounts);
    for (const topUp of this.#topUps) {
      const [fewest, highest] = countOf(topUp, fromMs, toMs);
      least += fewest * topUp.amount;
      most += highest * topUp.amount;
    }
    if (limit >= least && limit <= most) return [];
    return [`the limit of edited is ${limit}, not ${least} to ${most}`];
  }
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
}

/** How often a top-up stands between two instants, at least and at most. */
function countOf({ added, withdrawn }: TopUp, fromMs: number, toMs: number) {
  const mayBeGone = withdrawn.some(({ sentAtMs }) => sentAtMs <= toMs);
  const least = isAcknowledged(added, fromMs) && !mayBeGone ? 1 : 0;
  const most = mayHaveHappened(added) && !isAcknowledged(withdrawn, fromMs) ? 1 : 0;
  return [least, most] as const;
}
