// The real OpenAI SDK behind the guarded fetch: granted, refused, failed, aborted, cut.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BudgetExceededError } from '@spendfuse/guard';
import { type FakeOpenAI, until } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../support/call-endings.ts';
import { everyStyle } from '../support/call-outcomes.ts';
import { callStyles } from '../support/call-styles.ts';
import { startGuardedOpenAI } from '../support/guarded-openai.ts';
import { oneAtATime } from '../support/one-at-a-time.ts';
import { denial, grant } from '../support/recording-authority.ts';

const start = oneAtATime(startGuardedOpenAI);

const chat = {
  model: 'gpt-4o-mini',
  messages: [{ role: 'user' as const, content: 'Hello, sea.' }],
};

everyStyle({ start, styles: callStyles, provider: 'openai', statuses: [401, 429, 500] });

describe('streams', () => {
  const streamed = { ...chat, stream: true as const };

  test('an early break stops the provider and is charged for what was seen', async () => {
    const { guarded, guardedFake, authority } = await start({
      script: () => ({ outputTokens: 500, chunkDelayMs: 2 }),
    });
    let chunks = 0;
    for await (const _ of await guarded.chat.completions.create(streamed)) {
      chunks += 1;
      if (chunks === 5) break;
    }
    const [commit] = await until(() => authority.commits.length > 0 && authority.commits, {
      what: 'the commit',
    });
    expect(commit?.usageSource).toBe('estimated');
    expect(commit?.usage.outputTokens).toBeGreaterThanOrEqual(4);
    const call = await until(() => guardedFake.calls[0]?.finished && guardedFake.calls[0], {
      what: 'the end of the call',
    });
    expect(call.aborted).toBe(true);
    expect(call.outputTokens).toBeLessThan(500);
  });

  test('an abort between chunks is charged although nobody reads on', async () => {
    const { guarded, authority } = await start({
      script: () => ({ outputTokens: 500, chunkDelayMs: 2 }),
    });
    const stream = await guarded.chat.completions.create(streamed);
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    stream.controller.abort();
    await until(() => authority.commits.length === 1, { what: 'the commit' });
    expect(authority.commits[0]?.usageSource).toBe('estimated');
  });

  test('a stream that nobody reads is over after the idle limit', async () => {
    const { guarded, authority } = await start({ times: { idleMs: 50 } });
    const stream = await guarded.chat.completions.create(streamed);
    await until(() => authority.commits.length === 1, { what: 'the commit' });
    expect(authority.commits[0]?.usageSource).toBe('estimated');
    stream.controller.abort();
  });

  test('a reader that never comes back does not hold the provider busier than without us', async () => {
    const { guarded, plain, guardedFake, plainFake } = await start({
      script: () => ({ text: 'word '.repeat(60_000) }),
    });
    const streams = [guarded, plain].map((client) => client.chat.completions.create(streamed));
    const [ours, theirs] = await Promise.all(streams);
    await Promise.all([stalled(guardedFake), stalled(plainFake)]);
    const difference = guardedFake.calls[0]!.chunksSent - plainFake.calls[0]!.chunksSent;
    ours?.controller.abort();
    theirs?.controller.abort();
    expect(guardedFake.calls[0]!.finished).toBe(false);
    expect(Math.abs(difference)).toBeLessThan(plainFake.calls[0]!.chunksSent);
  });

  test('a stream that is dropped unread is charged when it is collected, and its connection ends', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const { guardedFetch, guardedFake, authority } = await start({
      script: () => ({ outputTokens: 500, chunkDelayMs: 20 }),
    });
    const drop = async (): Promise<void> => {
      const url = `${guardedFake.baseUrl}/chat/completions`;
      const { body } = await guardedFetch(url, { method: 'POST', body: JSON.stringify(streamed) });
      await body?.getReader().read();
    };
    await drop();
    const collected = (): boolean => {
      gc();
      return authority.commits.length === 1 && guardedFake.calls[0]?.aborted === true;
    };
    await until(collected, { what: 'the stream to be collected', intervalMs: 25 });
    expect(authority.commits[0]?.usageSource).toBe('estimated');
  });

  test('usage is asked for behind the scenes, and its event is withheld: no byte differs', async () => {
    const { guardedFetch, guardedFake, plainFake, authority } = await start({
      script: () => ({ azureEmptyFirstChunk: true }),
    });
    const post = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const body = JSON.stringify({ ...streamed });
    const seen = await guardedFetch(`${guardedFake.baseUrl}/chat/completions`, { ...post, body });
    const asked = { ...streamed, stream_options: { include_usage: true } };
    const whole = await fetch(`${plainFake.baseUrl}/chat/completions`, {
      ...post,
      body: JSON.stringify(asked),
    });
    const events = (await whole.text()).split(/(?<=\n\n)/u);
    const expected = events.filter((event) => !/"usage":\{/u.test(event));
    expect(expected).toHaveLength(events.length - 1);
    expect(await seen.text()).toBe(expected.join(''));
    expect(authority.commits[0]?.usageSource).toBe('provider');
  });

  test('an error event before any output costs nothing; after some it is charged for that', async () => {
    const first = await start({ script: () => ({ errorEventAfterChunks: 0 }), maxRetries: 0 });
    await errorOf(async () => {
      for await (const _ of await first.guarded.chat.completions.create(streamed));
    });
    expect(first.authority.releases).toEqual([{ id: first.authority.reserves[0]?.id, sent: true }]);
    const later = await start({ script: () => ({ errorEventAfterChunks: 8 }), maxRetries: 0 });
    await errorOf(async () => {
      for await (const _ of await later.guarded.chat.completions.create(streamed));
    });
    expect(later.authority.commits[0]).toMatchObject({ usageSource: 'estimated' });
  });
});

describe('the decision', () => {
  test('refine: the exact count is asked for with a new id, and is the input of the grant', async () => {
    const { guarded, authority } = await start();
    authority.decide = (request) =>
      request.estimate.inputBound.exact ? grant(request) : { kind: 'refine' };
    await guarded.chat.completions.create(chat);
    const [cheap, exact] = authority.reserves;
    expect(exact?.id).not.toBe(cheap?.id);
    expect(exact?.estimate.inputBound.tokens).toBeLessThan(cheap!.estimate.inputBound.tokens);
    expect(authority.commits[0]?.id).toBe(exact?.id);
  });

  test('a wait can be aborted, and leaves nothing reserved', async () => {
    const { guarded, guardedFake, authority } = await start();
    authority.decide = () => new Promise(() => {});
    const controller = new AbortController();
    const running = errorOf(() =>
      guarded.chat.completions.create(chat, { signal: controller.signal }),
    );
    await until(() => authority.reserves.length === 1, { what: 'the reserve' });
    controller.abort();
    await running;
    expect(guardedFake.calls).toHaveLength(0);
    await until(() => authority.releases.length > 0, { what: 'the release' });
    expect(authority.releases[0]).toEqual({ id: authority.reserves[0]?.id, sent: false });
  });

  test('a retry by the SDK of a call that was refused is answered at once', async () => {
    const { guardedFake, guardedFetch, authority } = await start();
    authority.decide = () => denial;
    const ask = (retry: number): Promise<Response> =>
      guardedFetch(`${guardedFake.baseUrl}/chat/completions`, {
        method: 'POST',
        headers: { 'x-stainless-retry-count': String(retry) },
        body: JSON.stringify(chat),
      });
    await expect(ask(0)).rejects.toThrow(BudgetExceededError);
    await expect(ask(1)).rejects.toThrow(BudgetExceededError);
    expect(authority.reserves).toHaveLength(1);
    await expect(ask(0)).rejects.toThrow(BudgetExceededError);
    expect(authority.reserves).toHaveLength(2);
  });

  test.each(['allow', 'deny'] as const)('no decision, policy %s', async (onUnavailable) => {
    const { guarded, guardedFake, authority } = await start({ onUnavailable });
    authority.decide = () => Promise.reject(new Error('away'));
    if (onUnavailable === 'deny') {
      const error = await errorOf(() => guarded.chat.completions.create(chat));
      expect(error).toMatchObject({ name: 'BudgetExceededError', reason: 'UNAVAILABLE' });
      expect(guardedFake.calls).toHaveLength(0);
      return;
    }
    await guarded.chat.completions.create(chat);
    // The usage is still told, with all that is needed to record it.
    expect(authority.commits).toMatchObject([
      { usageSource: 'provider', call: { labels: { team: 'search' }, model: 'gpt-4o-mini' } },
    ]);
  });
});

test('a long call extends its reservation for as long as it runs, and no longer', async () => {
  let open = (): void => {};
  const hold = new Promise<void>((resolve) => (open = resolve));
  const { guarded, authority } = await start({
    script: () => ({ hold }),
    times: { extendEveryMs: 10, ttlMs: 77_000 },
  });
  const running = guarded.chat.completions.create(chat);
  await until(() => authority.extensions.length >= 3, { what: 'three extensions' });
  open();
  await running;
  const { length } = authority.extensions;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(authority.extensions).toHaveLength(length);
  expect(authority.extensions[0]).toEqual({ id: authority.reserves[0]?.id, ttlMs: 77_000 });
});

describe('requests', () => {
  const body = JSON.stringify(chat);
  const forms: readonly [string, (url: string) => Parameters<typeof fetch>][] = [
    ['a string', (url) => [url, { method: 'POST', body }]],
    ['bytes', (url) => [new URL(url), { method: 'POST', body: Buffer.from(body) }]],
    ['a Blob', (url) => [url, { method: 'POST', body: new Blob([body]) }]],
    [
      'a stream',
      (url) => [url, { method: 'POST', body: new Blob([body]).stream(), duplex: 'half' }],
    ],
    ['a Request', (url) => [new Request(url, { method: 'POST', body })]],
    ['a Request and a body', (url) => [new Request(url, { method: 'POST', body: 'x' }), { body }]],
  ];

  test.each(forms)('the body is %s', async (_, make) => {
    const { guardedFetch, guardedFake, authority } = await start();
    authority.decide = (request) => ({ ...grant(request), maxOutputTokens: 9 }) as never;
    const response = await guardedFetch(...make(`${guardedFake.baseUrl}/chat/completions`));
    await response.json();
    expect(guardedFake.calls[0]?.body).toEqual({ ...chat, max_completion_tokens: 9 });
    expect(authority.commits).toHaveLength(1);
  });

  test('a body that is no JSON gets no decision: refused by default', async () => {
    const { guardedFetch, guardedFake } = await start();
    const url = `${guardedFake.baseUrl}/chat/completions`;
    const asked = guardedFetch(url, { method: 'POST', body: 'no json' });
    await expect(asked).rejects.toMatchObject({ reason: 'UNAVAILABLE' });
    expect(guardedFake.calls).toHaveLength(0);
  });

  test('free and other calls pass by', async () => {
    const { guarded, guardedFetch, guardedFake, plainFake, authority } = await start();
    await guarded.models.list();
    await (await guardedFetch(`${plainFake.baseUrl}/models`)).text();
    expect(guardedFake.calls).toHaveLength(1);
    expect(authority.reserves).toEqual([]);
  });

  test('a compressed answer arrives whole', async () => {
    const { guarded, authority } = await start({ script: () => ({ gzip: true }) });
    const answer = await guarded.chat.completions.create(chat);
    expect(answer.choices[0]?.message.content).toBeTruthy();
    expect(authority.commits[0]?.usageSource).toBe('provider');
  });

  test('a refused connection is released as not sent', async () => {
    const { guarded, guardedFake, authority } = await start({ maxRetries: 0 });
    await guardedFake.close();
    await errorOf(() => guarded.chat.completions.create(chat));
    expect(authority.releases).toEqual([{ id: authority.reserves[0]?.id, sent: false }]);
  });
});

/** Waits until the first answer goes no further, as all buffers on its way are full. */
async function stalled({ calls }: FakeOpenAI): Promise<void> {
  let [before, now] = [-1, 0];
  const stands = (): boolean => {
    [before, now] = [now, calls[0]?.chunksSent ?? 0];
    return now > 0 && now === before;
  };
  await until(stands, { what: 'the provider to be held up', intervalMs: 200 });
}
