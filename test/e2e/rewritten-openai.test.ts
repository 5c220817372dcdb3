// What the real OpenAI SDK asks for is told to the authority, and changed as the grant says.
import { expect, test } from 'vitest';
import { startGuardedOpenAI } from '../support/guarded-openai.ts';
import { oneAtATime } from '../support/one-at-a-time.ts';
import { grant } from '../support/recording-authority.ts';

const start = oneAtATime(startGuardedOpenAI);

const chat = {
  model: 'gpt-4o-mini',
  messages: [{ role: 'user' as const, content: 'Hello, sea.' }],
};

test('a clamp lowers the output that the provider is asked for', async () => {
  const { guarded, guardedFake, authority } = await start();
  authority.decide = (request) => ({ ...grant(request), maxOutputTokens: 20 }) as never;
  await guarded.chat.completions.create({ ...chat, max_tokens: 500 });
  await guarded.responses.create({ model: 'gpt-4o-mini', input: 'Hello' });
  expect(guardedFake.calls.map(({ body }) => body)).toMatchObject([
    { max_tokens: 20 },
    { max_output_tokens: 20 },
  ]);
  expect(guardedFake.calls[0]?.outputTokens).toBe(20);
});

test('a downgrade sends the other model, and that is what is paid for', async () => {
  const { guarded, guardedFake, authority } = await start();
  authority.decide = (request) => ({ ...grant(request), model: 'gpt-5-nano' }) as never;
  await guarded.chat.completions.create(chat);
  await guarded.responses.create({ model: 'gpt-4o-mini', input: 'Hello' });
  expect(guardedFake.calls.map(({ model }) => model)).toEqual(['gpt-5-nano', 'gpt-5-nano']);
  expect(authority.reserves[0]).toMatchObject({
    call: { model: 'gpt-4o-mini' },
    estimate: { downgradable: true },
  });
  expect(authority.commits[0]).toMatchObject({
    call: { model: 'gpt-5-nano' },
    responseModel: 'gpt-5-nano-2025-08-07',
  });
});

test('the tier that was asked for is reserved, and the one that served is paid for', async () => {
  const { guarded, authority } = await start();
  await guarded.chat.completions.create({ ...chat, service_tier: 'flex' });
  for await (const _ of await guarded.responses.create({
    model: 'gpt-4o-mini',
    input: 'Hello',
    stream: true,
  }));
  expect(authority.reserves.map(({ estimate }) => estimate.tier)).toEqual(['flex', undefined]);
  expect(authority.commits.map(({ tier }) => tier)).toEqual(['default', 'default']);
});

test('input that the provider adds makes the bound a soft one, counted or not', async () => {
  const { guarded, authority } = await start();
  authority.decide = (request) =>
    request.estimate.inputBound.exact ? grant(request) : { kind: 'refine' };
  await guarded.responses.create({
    model: 'gpt-4o-mini',
    input: 'Hello',
    previous_response_id: 'resp_1',
  });
  await guarded.chat.completions.create(chat);
  const soft = authority.reserves.map(({ estimate }) => estimate.inputBound.soft);
  expect(soft).toEqual([true, true, undefined, undefined]);
});
