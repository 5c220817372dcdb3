// The real OpenAI SDK where less than the worst case is held: streams grow their hold, or are cut.
import type { CommitRequest, Denied, ExtendRequest } from '@spendfuse/core';
import { BudgetExceededError } from '@spendfuse/guard';
import { until } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { textStyles } from '../support/call-styles.ts';
import { type GuardedOpenAI, startGuardedOpenAI } from '../support/guarded-openai.ts';
import { oneAtATime } from '../support/one-at-a-time.ts';
import { budget, pricedWorld } from '../support/priced-world.ts';
import { denial, grant } from '../support/recording-authority.ts';

const startOpenAI = oneAtATime(startGuardedOpenAI);

const chat = {
  model: 'gpt-4o-mini',
  messages: [{ role: 'user' as const, content: 'Hello, sea.' }],
};
const streamed = { ...chat, stream: true as const };
const refused: Denied = { ...denial, reason: 'IN_FLIGHT' };

interface Start {
  readonly heldOutputTokens: number;
  readonly outputTokens: number;
  readonly extend?: (request: ExtendRequest) => Promise<unknown>;
}

/** A model that says so much, one word after the other, under a hold of less. */
async function start({ heldOutputTokens, outputTokens, extend }: Start): Promise<GuardedOpenAI> {
  const it = await startOpenAI({
    script: () => ({ outputTokens, chunkDelayMs: 1 }),
    maxRetries: 0,
  });
  const { authority } = it;
  authority.decide = (request) => ({
    ...(grant(request) as Extract<ReturnType<typeof grant>, { kind: 'granted' }>),
    held: { costNanoUsd: 1, tokens: request.estimate.inputBound.tokens + heldOutputTokens },
    heldOutputTokens,
  });
  if (extend) {
    authority.extend = async (request) => {
      authority.extensions.push(request);
      return (await extend(request)) as Denied;
    };
  }
  return it;
}

/** Has the tokenizer loaded, which takes longer than these streams: a first call is counted exactly. */
async function warmUp({ authority, guarded }: GuardedOpenAI): Promise<void> {
  const { decide } = authority;
  authority.decide = (request) =>
    request.estimate.inputBound.exact ? grant(request) : { kind: 'refine' };
  await guarded.chat.completions.create({ ...chat, max_tokens: 1 });
  authority.decide = decide;
  authority.commits.length = 0;
}

interface Seen {
  readonly words: readonly string[];
  readonly error: unknown;
}

async function read({ guarded }: GuardedOpenAI): Promise<Seen> {
  const words: string[] = [];
  try {
    for await (const chunk of await guarded.chat.completions.create(streamed)) {
      const word = chunk.choices[0]?.delta.content;
      if (word) words.push(word);
    }
  } catch (error) {
    return { words, error };
  }
  return { words, error: undefined };
}

describe('an extension that is granted', () => {
  test('comes before the output passes what is held, and the program sees nothing of it', async () => {
    const it = await start({ heldOutputTokens: 40, outputTokens: 400 });
    const { authority, guardedFake } = it;
    let seenAtFirst = 0;
    const extend = authority.extend.bind(authority);
    authority.extend = (request) => {
      if (authority.extensions.length === 0) seenAtFirst = guardedFake.calls[0]?.outputTokens ?? 0;
      return extend(request);
    };
    const { words, error } = await read(it);
    expect(error).toBeUndefined();
    expect(words).toHaveLength(400);
    const totals = authority.extensions.map(({ outputTokens }) => outputTokens ?? 0);
    expect(seenAtFirst).toBeLessThanOrEqual(40);
    expect(totals).toEqual(totals.toSorted((a, b) => a - b));
    expect(totals.at(-1)).toBeGreaterThanOrEqual(400);
    expect(totals.length).toBeLessThanOrEqual(3);
    expect(authority.commits).toMatchObject([
      { usageSource: 'provider', usage: { outputTokens: 400 } },
    ]);
  });

  test('is not asked for by a stream that stays below, nor above what the request allows', async () => {
    const short = await start({ heldOutputTokens: 40, outputTokens: 10 });
    await read(short);
    expect(short.authority.extensions).toEqual([]);
    await short[Symbol.asyncDispose]();
    const limited = await start({ heldOutputTokens: 40, outputTokens: 400 });
    const stream = await limited.guarded.chat.completions.create({ ...streamed, max_tokens: 60 });
    for await (const _ of stream);
    const totals = limited.authority.extensions.map(({ outputTokens }) => outputTokens);
    expect(totals).toEqual([60]);
  });

  test('is not awaited where nobody answers: the stream goes on', async () => {
    const it = await start({
      heldOutputTokens: 40,
      outputTokens: 100,
      extend: () => Promise.reject(new Error('away')),
    });
    const { words, error } = await read(it);
    expect(error).toBeUndefined();
    expect(words).toHaveLength(100);
    expect(it.authority.extensions.length).toBeGreaterThan(0);
  });
});

describe('an extension that is refused', () => {
  const cut = { heldOutputTokens: 40, outputTokens: 4000, extend: async () => refused };

  test('ends the stream: what was seen stays, then our error, and the provider stops', async () => {
    const it = await start(cut);
    const { authority, guardedFake } = it;
    await warmUp(it);
    const { words, error } = await read(it);
    expect(error).toBeInstanceOf(BudgetExceededError);
    expect(error).toMatchObject({ reason: 'IN_FLIGHT', isCut: true, refusals: denial.refusals });
    expect(String(error)).toMatch(/The stream was cut: Budget "team-daily"/u);
    // All that is held was of use, and little more was made.
    expect(words.length).toBeGreaterThan(30);
    expect(words.length).toBeLessThanOrEqual(45);
    const call = await until(() => guardedFake.calls[1]?.finished && guardedFake.calls[1], {
      what: 'the end of the call',
    });
    expect(call.aborted).toBe(true);
    expect(call.outputTokens).toBeLessThan(400);
    expect(authority.releases).toEqual([]);
    expect(authority.commits).toHaveLength(1);
    const [commit] = authority.commits;
    expect(commit?.usageSource).toBe('estimated');
    expect(commit?.usage.outputTokens).toBeGreaterThanOrEqual(words.length);
    expect(commit?.usage.outputTokens).toBeLessThanOrEqual(words.length + 10);
  });

  test('is asked once more when all is used: room that was made meanwhile saves it', async () => {
    let refusals = 0;
    const it = await start({
      ...cut,
      outputTokens: 80,
      extend: async ({ ttlMs }) => {
        refusals += 1;
        const held = { costNanoUsd: 0, tokens: 10_000 };
        return refusals <= 3 ? refused : { kind: 'extended', expiresAtMs: ttlMs, held };
      },
    });
    const { words, error } = await read(it);
    expect(error).toBeUndefined();
    expect(words).toHaveLength(80);
  });

  test('does not touch an answer that needs no more than is held', async () => {
    expect((await read(await start({ ...cut, outputTokens: 39 }))).error).toBeUndefined();
  });

  // Those whose answers are longer than the hold.
  const long = textStyles.filter(({ streams, name }) => streams && !name.startsWith('completions'));
  test.each(long)('reaches $name', async ({ run }) => {
    const { guarded } = await start(cut);
    const error = await run(guarded).catch((thrown: unknown) => thrown);
    expect(BudgetExceededError.from(error)).toMatchObject({ isCut: true });
  });

  test('leaves an abort by the program what it is', async () => {
    const { guarded, authority } = await start({ ...cut, extend: () => new Promise(() => {}) });
    const stream = await guarded.chat.completions.create(streamed);
    setTimeout(() => stream.controller.abort(), 100);
    for await (const _ of stream);
    await until(() => authority.commits.length === 1, { what: 'the commit' });
    expect(authority.commits[0]?.usageSource).toBe('estimated');
  });
});

test('a unary call takes what it takes, and the overrun is reported', async () => {
  const { guarded, authority } = await start({ heldOutputTokens: 40, outputTokens: 400 });
  await guarded.chat.completions.create(chat);
  expect(authority.extensions).toEqual([]);
  expect(authority.commits[0]?.usage.outputTokens).toBe(400);
});

test('with the authority itself: two streams under one ceiling, and neither passes it', async () => {
  const models = { 'gpt-4o-mini': 'small' };
  const world = pricedWorld(
    budget({
      limits: ['400 tokens'],
      hold: 'adaptive',
      onShortage: [{ kind: 'downgrade', models, from: 0 }],
    }),
  );
  for (let i = 0; i < 20; i++) {
    await world.commit(await world.hold({ input: 0, output: 64, fixed: true }), 64);
    await world.authority.admin.reset({ by: 'test', budget: 'b' });
  }
  const it = await start({ heldOutputTokens: 0, outputTokens: 250 });
  const { authority, guardedFake } = it;
  authority.decide = (request) => world.authority.reserve(request);
  Object.assign(authority, {
    extend: (request: ExtendRequest) => world.authority.extend(request),
    commit: async (request: CommitRequest) => {
      const committed = await world.authority.commit(request);
      // A token of this model costs a nano-dollar.
      overrun += committed.overrunNanoUsd;
      return committed;
    },
  });
  world.clock.set(Date.now());
  // What was made is charged, also where one reading brought more than was left: that is an overrun,
  // and nothing else is ever above the ceiling.
  let overrun = 0;
  let mostHeld = 0;
  let most = 0;
  const watching = setInterval(() => {
    void world.authority.balances({}).then((balances) => {
      const { reserved, committed } = balances[0]!;
      most = Math.max(most, reserved + committed);
      if (committed === 0) mostHeld = Math.max(mostHeld, reserved);
    });
  }, 1);
  const [a, b] = await Promise.all([read(it), read(it)]);
  clearInterval(watching);
  expect(guardedFake.calls.map(({ model }) => model)).toEqual(['small', 'small']);
  for (const { words, error } of [a, b]) {
    expect(words.length).toBeGreaterThan(64);
    if (error !== undefined) expect(error).toMatchObject({ isCut: true });
  }
  expect([a.error, b.error].filter((error) => error !== undefined)).not.toEqual([]);
  expect(mostHeld).toBeGreaterThan(300);
  expect(mostHeld).toBeLessThanOrEqual(400);
  expect(most).toBeLessThanOrEqual(400 + overrun);
  await world.authority.close();
});
