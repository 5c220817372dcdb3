// Mistral's, Cohere's and Ollama's SDKs in programs under the preload, metered by a real sidecar.
import { startFakeCohere, startFakeMistral, startFakeOllama } from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { AMPLE } from '../support/budgets.ts';
import { commits } from '../support/ledger.ts';
import { runText } from '../support/program.ts';
import { startTestSidecar } from '../support/sidecar.ts';
import { sharedByAll } from '../support/started.ts';

const sidecar = sharedByAll(() => startTestSidecar({ config: AMPLE }));
const mistral = sharedByAll(() => startFakeMistral());
const cohere = sharedByAll(() => startFakeCohere());
const ollama = sharedByAll(() => startFakeOllama());

/** What it prints, line by line. */
async function run(source: string): Promise<readonly string[]> {
  const tell =
    'function tell({ reason, cause, body }) {' +
    'console.log(reason ?? cause?.reason ?? body.error.reason); }\n';
  const { stdout, stderr, code } = await runText({
    text: source + tell,
    env: {
      SPENDFUSE_HOSTS: `${mistral.origin}=mistral_ai,${cohere.origin}=cohere`,
      // As it is usually written: without a scheme.
      OLLAMA_HOST: ollama.origin.replace('http://', ''),
      SPENDFUSE_ENDPOINT: sidecar.endpoint,
    },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.trim().split('\n');
}

/** In nano-USD, in the order of the calls. */
async function charges(provider: string): Promise<readonly number[]> {
  const entries = await commits(sidecar, { provider });
  return entries.map(({ costNanoUsd }) => Number(costNanoUsd)).toReversed();
}

test('Mistral: asked, streamed, refused', async () => {
  const printed = await run(`import { Mistral } from '@mistralai/mistralai';
    const client = new Mistral({ apiKey: 'key', serverURL: '${mistral.origin}' });
    const ask = { model: 'mistral-small-latest', messages: [{ role: 'user', content: 'Hi.' }] };
    console.log((await client.chat.complete(ask)).choices[0].finishReason);
    let chunks = 0;
    for await (const chunk of await client.chat.stream(ask)) chunks += 1;
    console.log(chunks);
    await client.chat.complete({ ...ask, model: 'no-such-model' }).catch(tell);
  `);
  expect(printed).toEqual(['stop', '14', 'UNPRICED']);
  expect(mistral.calls).toHaveLength(2);
  // $0.1 and $0.3 for a million.
  const billed = mistral.calls.map(
    ({ inputTokens, outputTokens }) => inputTokens * 100 + outputTokens * 300,
  );
  expect(await charges('mistral_ai')).toEqual(billed);
});

test('Mistral 0.5: asked, streamed; refused in one attempt by the error that it gives up at', async () => {
  const sent = mistral.calls.length;
  const charged = (await charges('mistral_ai')).length;
  const { stdout, stderr, code } = await runText({
    text: `import MistralClient from 'mistral-0';
      const client = new MistralClient('key', '${mistral.origin}');
      const ask = { model: 'mistral-small-latest', messages: [{ role: 'user', content: 'Hi.' }] };
      console.log((await client.chat(ask)).choices[0].finish_reason);
      let chunks = 0;
      for await (const chunk of client.chatStream(ask)) chunks += 1;
      console.log(chunks);
      await client.chat({ ...ask, model: 'no-such-model' }).catch(({ name, cause }) => console.log(name, cause.reason));`,
    env: {
      SPENDFUSE_HOSTS: `${mistral.origin}=mistral_ai`,
      SPENDFUSE_ENDPOINT: sidecar.endpoint,
    },
  });
  expect({ code, lines: stdout.trim().split('\n') }).toEqual({
    code: 0,
    lines: ['stop', '14', 'MistralAPIError UNPRICED'],
  });
  expect(stderr.match(/^Request failed/gmu)).toHaveLength(1);
  const calls = mistral.calls.slice(sent);
  expect(calls).toHaveLength(2);
  expect((await charges('mistral_ai')).slice(charged)).toEqual(
    calls.map(({ inputTokens, outputTokens }) => inputTokens * 100 + outputTokens * 300),
  );
});

test('Cohere: asked, ranked, refused', async () => {
  const printed = await run(`import { CohereClient } from 'cohere-ai';
    const client = new CohereClient({ token: 'key', environment: '${cohere.origin}' });
    const ask = { model: 'command-a-03-2025', messages: [{ role: 'user', content: 'Hi.' }] };
    console.log((await client.v2.chat(ask)).finishReason);
    const rank = { model: 'rerank-v3.5', query: 'sea', documents: ['calm', 'wind'] };
    console.log((await client.v2.rerank(rank)).results.length);
    await client.v2.chat({ ...ask, model: 'no-such-model' }).catch(tell);
  `);
  expect(printed).toEqual(['COMPLETE', '2', 'UNPRICED']);
  const [chat] = cohere.calls;
  // $2.50 and $10 for a million; $2 for a thousand searches.
  expect(await charges('cohere')).toEqual([
    chat!.inputTokens * 2500 + chat!.outputTokens * 10_000,
    2_000_000,
  ]);
});

test('Ollama, known by OLLAMA_HOST: asked, streamed, and it costs nothing', async () => {
  const printed = await run(`import { Ollama } from 'ollama';
    const client = new Ollama({ host: process.env.OLLAMA_HOST });
    const ask = { model: 'llama3.2:3b', messages: [{ role: 'user', content: 'Hi.' }] };
    console.log((await client.chat(ask)).done_reason);
    let lines = 0;
    for await (const line of await client.chat({ ...ask, stream: true })) lines += 1;
    console.log(lines);
    await client.chat({ ...ask, model: 'gpt-oss:120b-cloud' }).catch(tell);
  `);
  expect(printed).toEqual(['stop', '13', 'UNPRICED']);
  expect(await charges('ollama')).toEqual([0, 0]);
});
