// What people write to a model stays in the process; so do their keys.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFakeOpenAI, startFakeOtlp } from '@spendfuse/testkit';
import { expect, it } from 'vitest';
import { runApp } from '../support/app.ts';
import { allEntries, startTestSidecar } from '../support/sidecar.ts';
import { runTold, sdkWith } from '../support/telemetry-program.ts';

const PROMPT = 'marker-prompt-7f3a';
const COMPLETION = 'marker-completion-91bc';
const KEY = 'sk-marker-key-55d0';
const USER = 'marker-user-2c6e';
const NOTE = 'marker-note-e01f';

it('no prompt, completion or key in spans, metrics, logs, entries or files', async () => {
  await using provider = await startFakeOpenAI({ script: () => ({ text: COMPLETION }) });
  await using otlp = await startFakeOtlp();
  await using sidecar = await startTestSidecar({
    config: 'budgets:\n  - id: all\n    limits: [2 requests/day]\n',
    args: ['--log', 'debug'],
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url },
  });
  const ask = (extra: string): string =>
    `openai.chat.completions.create({ model: 'gpt-4o-mini', max_tokens: 50, ${extra}
      messages: [{ role: 'user', content: '${PROMPT}' }] })`;
  const app = await runApp({
    provider,
    sidecar,
    env: {
      OPENAI_API_KEY: KEY,
      SPENDFUSE_LOG: 'debug',
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
    },
    source: `
      const text = (await ${ask('')}).choices[0].message.content;
      let streamed = '';
      for await (const chunk of await ${ask('stream: true,')}) streamed += chunk.choices[0]?.delta.content ?? '';
      const refused = await ${ask('')}.catch((error) => error.name + ': ' + error.message);
      console.log(text === streamed, refused);
    `,
  });
  expect(app.stdout).toMatch(/^true BudgetExceededError: /);
  await otlp.waitForSpans(3);
  expect(await sidecar.stop()).toBe(0);
  expect(provider.calls.map(({ headers }) => headers['authorization'])).toEqual(
    Array(2).fill(`Bearer ${KEY}`),
  );
  const seen = {
    'the app': app.stdout + app.stderr,
    'the sidecar': sidecar.stderr(),
    'what was sent over OTLP': JSON.stringify(otlp.bodies()),
    'the files of the sidecar': await contentsOf(join(sidecar.folder, 'data')),
  };
  for (const [where, text] of Object.entries(seen)) {
    expect(text, `${where} is not empty`).not.toBe('');
    for (const marker of [PROMPT, COMPLETION, KEY]) expect(text, where).not.toContain(marker);
  }
  await sidecar.start();
  expect(await allEntries(sidecar, 'commit')).toHaveLength(2);
});

it('labels go to the ledger alone, untrusted baggage and what errors quote nowhere', async () => {
  const quoted = { error: { status: 400, message: `cannot answer "${PROMPT}"` } };
  await using provider = await startFakeOpenAI({
    script: ({ body }) => (JSON.stringify(body).includes('"fail"') ? quoted : { text: COMPLETION }),
  });
  await using sidecar = await startTestSidecar({
    config: 'budgets:\n  - id: each\n    per: [user]\n    limits: [2 requests/day]\n',
    args: ['--log', 'debug'],
  });
  const { stdout, stderr, sent, spans } = await runTold({
    head: `${sdkWith()}
      const { inspect } = require('node:util');
      const { OpenAI } = require('openai');
      const openai = new OpenAI({ maxRetries: 0 });
      const ask = (name) => openai.chat.completions
        .create({ model: 'gpt-4o-mini', messages: [{ role: 'user', name, content: '${PROMPT}' }] });`,
    source: `
      const headers = { baggage: 'user=${USER},note=${NOTE}' };
      await context.with(propagation.extract(context.active(), headers), async () => {
        await ask('good');
        await ask('fail').catch((error) => console.log(error.status));
        await ask('late').catch((error) => console.log(inspect(error, { depth: 9 })));
      });`,
    env: {
      OPENAI_API_KEY: KEY,
      OPENAI_BASE_URL: provider.baseUrl,
      SPENDFUSE_ENDPOINT: sidecar.endpoint,
      SPENDFUSE_BAGGAGE: 'user',
      SPENDFUSE_LOG: 'debug',
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true',
    },
  });
  // Who is refused is told whom the budget is for.
  expect(stdout).toMatch(new RegExp(`^400\\nBudgetExceededError: .*user=${USER}`, 'u'));
  expect(spans).toHaveLength(3);
  expect(await sidecar.stop()).toBe(0);
  const files = await contentsOf(join(sidecar.folder, 'data'));
  expect(files).toContain(USER);
  for (const marker of [PROMPT, COMPLETION, KEY, NOTE]) {
    expect(stdout + stderr + sent + sidecar.stderr() + files).not.toContain(marker);
  }
  expect(sent).not.toContain(USER);
});

async function contentsOf(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((name) => name.isFile());
  const contents = files.map((name) => readFile(join(name.parentPath, name.name), 'latin1'));
  return (await Promise.all(contents)).join('\n');
}
