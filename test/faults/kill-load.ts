// Load for kill tests: callers that use every verb, through the client that users have.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@spendfuse/client';
import { mintId, usageOf } from '@spendfuse/core';
import { Dice, type Kind, type KnownCall, type Model } from './kill-model.ts';

export interface LoadOptions {
  readonly client: Client;
  readonly model: Model;
  readonly seed: number;
  readonly callers: number;
  /** Of the sidecar. */
  readonly nowMs: () => number;
}

/** Runs until it is stopped; then every call comes to its end, as far as it was meant to. */
export class Load {
  readonly #options: LoadOptions;
  readonly #callers: Promise<unknown>;
  #isStopped = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    const dice = Array.from({ length: options.callers }, (_, n) => new Dice(options.seed + n));
    this.#callers = Promise.all(dice.map((each) => this.#run(each)));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#callers;
  }

  async #run(dice: Dice): Promise<void> {
    while (!this.#isStopped) {
      const kind = dice.chance(0.15) ? 'record' : dice.chance(0.05) ? 'left' : 'call';
      const call = this.#begin(dice, kind);
      if (kind === 'record') await this.#record(call);
      else if (!(await this.#reserve(call, dice))) await sleep(dice.whole(1, 8));
      else if (kind === 'call') await this.#settle(call, dice);
    }
  }

  #begin(dice: Dice, kind: Kind): KnownCall {
    const { model, nowMs } = this.#options;
    const held = dice.whole(1, 60);
    return model.begin({
      id: mintId({ nowMs: nowMs(), random: dice.bytes(10) }),
      user: `u${dice.whole(0, 5)}`,
      team: `t${dice.whole(0, 2)}`,
      kind,
      held,
      used: dice.whole(0, held),
      wasSent: dice.chance(0.5),
      madeAtMs: kind === 'record' ? nowMs() - dice.whole(0, 90_000) : undefined,
    });
  }

  /** Whether it was granted. */
  async #reserve(call: KnownCall, dice: Dice): Promise<boolean> {
    const { client, model } = this.#options;
    const { id, held } = call;
    const ttlMs = call.kind === 'left' ? dice.whole(20, 200) : undefined;
    const request = {
      id,
      call: callOf(call),
      estimate: {
        inputBound: { tokens: held, exact: true },
        maxOutputTokens: 0,
        choices: 1,
        clampable: false,
      },
      maxWaitMs: dice.chance(0.7) ? 1500 : 0,
      ttlMs,
    };
    const acts = call.acts.reserve;
    const decision = await model.send(acts, 'reserve', () => client.reserve(request));
    if (decision?.kind === 'granted') {
      call.expiresAtMs = decision.expiresAtMs;
      return true;
    }
    const act = acts.at(-1);
    if (act && decision) act.fate = 'refused';
    return false;
  }

  async #settle(call: KnownCall, dice: Dice): Promise<void> {
    const { client, model } = this.#options;
    const { id, wasSent: sent, acts } = call;
    await sleep(dice.whole(0, 12));
    if (dice.chance(0.3)) {
      // Longer than at first: a shorter one changes nothing.
      const ttlMs = dice.whole(130_000, 300_000);
      await model.send(acts.extend, 'extend', () => client.extend({ id, ttlMs }));
      await sleep(dice.whole(0, 5));
    }
    if (dice.chance(0.2)) {
      await model.send(acts.release, 'release', () => client.release({ id, sent }));
      return;
    }
    const commit = () =>
      model.send(acts.commit, 'commit', () =>
        client.commit({ id, usage: usageOf({ inputTokens: call.used }), usageSource: 'provider' }),
      );
    await commit();
    // Whoever did not hear the answer asks again.
    if (dice.chance(0.2)) await commit();
  }

  async #record(call: KnownCall): Promise<void> {
    const { client, model, nowMs } = this.#options;
    const { id, used, madeAtMs: reservedAtMs = nowMs() } = call;
    const usage = usageOf({ inputTokens: used });
    const request = { id, usage, usageSource: 'provider' } as const;
    const made = { ...callOf(call), reservedAtMs };
    await model.send(call.acts.record, 'record', () => client.record({ ...request, call: made }));
  }
}

function callOf({ user, team, kind }: KnownCall) {
  const labels = { user, team, kind };
  return { labels, provider: 'openai', model: 'm', operation: 'chat' };
}
