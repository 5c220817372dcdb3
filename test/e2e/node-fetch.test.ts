// SDKs of the time of node-fetch under the preload: openai 4, @anthropic-ai/sdk 0.39, groq-sdk 0.37, and
// node-fetch 2 and 3 by themselves.
import {
  type FakeAnthropic,
  type FakeOpenAI,
  startFakeAnthropic,
  startFakeOpenAI,
} from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { AMPLE_AND_POOR } from '../support/budgets.ts';
import { runProgram } from '../support/hooked-program.ts';
import { chargedTokens, commitCount } from '../support/ledger.ts';
import { allEntries, startTestSidecar } from '../support/sidecar.ts';
import { newForEach, sharedByAll } from '../support/started.ts';

const sidecar = sharedByAll(() => startTestSidecar({ config: AMPLE_AND_POOR }));
const openai = newForEach(() => startFakeOpenAI());
const anthropic = newForEach(() => startFakeAnthropic());

function env(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return {
    SPENDFUSE_ENDPOINT: sidecar.endpoint,
    SPENDFUSE_HOSTS: `${openai.origin}=openai,${anthropic.origin}=anthropic`,
    ...more,
  };
}

interface Case {
  readonly sdk: string;
  /** An expression that makes a client without retries of its own unless told otherwise. */
  readonly client: () => string;
  /** An expression of a call with more fields. */
  readonly call: (more: string) => string;
  readonly fake: () => FakeOpenAI | FakeAnthropic;
}

const MESSAGES = "messages: [{ role: 'user', content: 'hello' }]";

const CASES: readonly Case[] = [
  {
    sdk: 'openai-4',
    client: () => `new Sdk({ apiKey: 'sk-test', baseURL: '${openai.baseUrl}' })`,
    call: (more) => `client.chat.completions.create({ model: 'gpt-4o-mini', ${MESSAGES} }${more})`,
    fake: () => openai,
  },
  {
    sdk: 'groq-sdk-0',
    client: () => `new Sdk({ apiKey: 'gsk-test', baseURL: '${openai.origin}' })`,
    call: (more) => `client.chat.completions.create({ model: 'gpt-4o-mini', ${MESSAGES} }${more})`,
    fake: () => openai,
  },
  {
    sdk: 'anthropic-0.39',
    client: () => `new Sdk({ apiKey: 'sk-test', baseURL: '${anthropic.origin}' })`,
    call: (more) =>
      `client.messages.create({ model: 'claude-3-5-haiku-latest', max_tokens: 100, ${MESSAGES} }${more})`,
    fake: () => anthropic,
  },
];

describe.each(CASES)('$sdk', ({ sdk, client, call, fake }) => {
  const streamed = (more = ''): string => call(more).replace('{ model', '{ stream: true, model');

  test.each(['cjs', 'mjs'] as const)('%s: asked, streamed, as a response', async (modules) => {
    const { said, stderr } = await runProgram({
      modules,
      imports: { [sdk]: 'Sdk' },
      env: env(),
      source: `
        const client = ${client()};
        const answer = await ${call('')};
        say(answer.usage.completion_tokens ?? answer.usage.output_tokens);
        let text = '';
        for await (const event of await ${streamed()}) text += JSON.stringify(event).length > 0 ? '.' : '';
        say(text.length > 10);
        const response = await ${call('')}.asResponse();
        say([response.constructor.name, response.status, response.ok, response.url, typeof response.body.pipe]);
        say(Object.keys(await response.json()).includes('id'));
      `,
    });
    expect(stderr).toBe('');
    const url = expect.stringContaining(fake().origin);
    expect(said).toEqual([40, true, ['Response', 200, true, url, 'function'], true]);
    expect(await chargedTokens(sidecar, 3)).toEqual([40, 40, 40]);
    expect(fake().calls).toHaveLength(3);
  });

  test.each(['cjs', 'mjs'] as const)(
    '%s: refused, by one attempt and our error',
    async (modules) => {
      const before = await commitCount(sidecar);
      const { said, stderr } = await runProgram({
        modules,
        imports: { [sdk]: 'Sdk' },
        env: env({ SPENDFUSE_LABELS: 'team=poor' }),
        source: `
        const client = ${client()};
        await ${call('')}.catch(caught);
        await ${streamed()}.catch(caught);
      `,
      });
      expect(stderr).toBe('');
      const refusal = { name: 'BudgetExceededError', reason: 'TOO_LARGE' };
      expect(said).toEqual([refusal, refusal]);
      expect(fake().calls).toEqual([]);
      expect(await commitCount(sidecar)).toBe(before);
      const denied = (await allEntries(sidecar, 'reserve')).filter(
        ({ decision }) => decision === 'denied',
      );
      expect(denied.length % 2).toBe(0);
    },
  );

  test('aborted by the caller, and left early', async () => {
    fake().script = () => ({ outputTokens: 400, chunkDelayMs: 20 }) as never;
    const { said, stderr } = await runProgram({
      imports: { [sdk]: 'Sdk' },
      env: env(),
      source: `
        const client = ${client()};
        const controller = new AbortController();
        let seen = 0;
        try {
          for await (const _ of await ${streamed(', { signal: controller.signal }')}) if (++seen === 5) controller.abort();
        } catch (error) { say(error.constructor.name); }
        say(seen);
        for await (const _ of await ${streamed()}) if (++seen === 10) break;
        say('left');
      `,
    });
    expect(stderr).toBe('');
    expect(said.slice(-1)).toEqual(['left']);
    const [aborted = 0, left = 0] = await chargedTokens(sidecar, 2);
    expect(aborted).toBeGreaterThan(0);
    expect(left).toBeGreaterThan(0);
    expect(fake().calls).toHaveLength(2);
  });
});
