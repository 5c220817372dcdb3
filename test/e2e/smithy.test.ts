// Amazon Bedrock through the AWS SDK under the preload, in two versions of it: one that has its own
// middleware packages and speaks HTTP/1.1, and one that has them in one and speaks HTTP/2.
import { createHash, createHmac } from 'node:crypto';
import { startFakeBedrock } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { AMPLE_AND_POOR } from '../support/budgets.ts';
import { runProgram } from '../support/hooked-program.ts';
import { chargedTokens } from '../support/ledger.ts';
import { allEntries, settled, startTestSidecar } from '../support/sidecar.ts';
import { newForEach, sharedByAll } from '../support/started.ts';

const CONFIG = `${AMPLE_AND_POOR}  - id: clamped
    match: { team: [clamped] }
    limits: [300 tokens/request]
    onShortage: [clamp: { minOutputTokens: 16 }, deny]
`;
const MODEL = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

const sidecar = sharedByAll(() => startTestSidecar({ config: CONFIG }));
const bedrock = newForEach(() => startFakeBedrock());

interface Run {
  readonly sdk: string;
  readonly modules?: 'cjs' | 'mjs';
  readonly team?: string;
  readonly source: string;
  readonly endpoint?: string | undefined;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** \`client\`, the commands of the SDK, and two requests: \`talk\` for Converse, \`raw\` for InvokeModel. */
async function run({ sdk, modules = 'mjs', team = 'search', ...more }: Run) {
  const { stderr, said } = await runProgram({
    modules,
    ...(more.flags && { flags: more.flags }),
    imports: { [sdk]: modules === 'cjs' ? '{ ...aws }' : '* as aws' },
    env: {
      SPENDFUSE_ENDPOINT: 'endpoint' in more ? more.endpoint : sidecar.endpoint,
      SPENDFUSE_LABELS: `team=${team}`,
      ...more.env,
    },
    source: `
      const client = new aws.BedrockRuntimeClient({
        region: 'us-east-1',
        endpoint: '${bedrock.origin}',
        credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
      });
      const modelId = '${MODEL}';
      const talk = { modelId, messages: [{ role: 'user', content: [{ text: 'hello' }] }], inferenceConfig: { maxTokens: 1000 } };
      const raw = { modelId, body: JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 1000, messages: [{ role: 'user', content: 'hello' }] }) };
      ${more.source}`,
  });
  expect(stderr).toBe('');
  return said;
}

const charged = (count: number) => chargedTokens(sidecar, count);

async function count(verb: string): Promise<number> {
  await settled(sidecar);
  return (await allEntries(sidecar, verb)).length;
}

const ALL_STYLES = `
  const { output, usage } = await client.send(new aws.ConverseCommand(talk));
  say([output.message.content[0].text, usage.outputTokens]);
  let text = '';
  for await (const event of (await client.send(new aws.ConverseStreamCommand(talk))).stream) {
    text += event.contentBlockDelta?.delta.text ?? '';
    if (event.metadata) say(event.metadata.usage.outputTokens);
  }
  say(text);
  const { body } = await client.send(new aws.InvokeModelCommand(raw));
  say(JSON.parse(Buffer.from(body)).usage);
  let events = 0;
  for await (const event of (await client.send(new aws.InvokeModelWithResponseStreamCommand(raw))).body) {
    events += event.chunk ? 1 : 0;
  }
  say(events);
`;

describe.each(['@aws-sdk/client-bedrock-runtime', 'bedrock-old'])('%s', (sdk) => {
  test.each(['cjs', 'mjs'] as const)(
    '%s: what it gives is what it gives unguarded',
    async (modules) => {
      const guarded = await run({ sdk, modules, source: ALL_STYLES });
      expect(await charged(4)).toEqual([40, 40, 40, 40]);
      expect(bedrock.calls).toHaveLength(4);
      const before = await count('commit');
      const plain = await run({ sdk, modules, endpoint: undefined, source: ALL_STYLES });
      expect(guarded).toEqual(plain);
      expect(guarded).toHaveLength(5);
      expect(await count('commit')).toBe(before);
    },
  );

  test('refused: once, as our error, and nothing is sent', async () => {
    const before = await count('commit');
    const said = await run({
      sdk,
      team: 'poor',
      source: `
        await client.send(new aws.ConverseCommand(talk)).catch(caught);
        await client.send(new aws.ConverseStreamCommand(talk)).catch(caught);
        await client.send(new aws.InvokeModelCommand(raw)).catch(caught);
        client.send(new aws.InvokeModelCommand(raw), (error) => caught(error));
      `,
    });
    const refusal = { name: 'BudgetExceededError', reason: 'TOO_LARGE' };
    expect(said).toEqual([refusal, refusal, refusal, refusal]);
    expect(bedrock.calls).toEqual([]);
    expect(await count('commit')).toBe(before);
  });

  test('each attempt is reserved: one that fails costs nothing', async () => {
    bedrock.script = () => (bedrock.calls.length === 1 ? { error: { status: 429 } } : undefined);
    const [commits, releases] = [await count('commit'), await count('release')];
    const said = await run({
      sdk,
      source: 'say((await client.send(new aws.ConverseCommand(talk))).$metadata.attempts);',
    });
    expect(said).toEqual([2]);
    expect(bedrock.calls).toHaveLength(2);
    expect([await count('commit'), await count('release')]).toEqual([commits + 1, releases + 1]);
  });

  test('what a budget clamps is signed as it is sent', async () => {
    const said = await run({
      sdk,
      team: 'clamped',
      source: 'say((await client.send(new aws.ConverseCommand(talk))).usage.outputTokens);',
    });
    expect(said).toEqual([40]);
    const [call] = bedrock.calls;
    const sent = call?.body as { inferenceConfig: { maxTokens: number } } | undefined;
    expect(sent?.inferenceConfig.maxTokens).toBeLessThan(300);
    expect(call?.headers['content-length']).toBe(String(JSON.stringify(call?.body).length));
    expect(signatureOf(call)).toBe(expectedSignature(call));
  });

  test('over fetch, where another layer knows the host as well: counted once', async () => {
    const before = await count('commit');
    const said = await run({
      sdk,
      env: { SPENDFUSE_HOSTS: `${bedrock.origin}=aws.bedrock` },
      source: `
        const { createRequire } = await import('node:module');
        const inside = createRequire(createRequire(import.meta.url).resolve('${sdk}'));
        const { FetchHttpHandler } = inside('@smithy/fetch-http-handler');
        client.config.requestHandler = new FetchHttpHandler();
        say((await client.send(new aws.ConverseCommand(talk))).usage.outputTokens);
        let events = 0;
        for await (const _ of (await client.send(new aws.ConverseStreamCommand(talk))).stream) events++;
        say(events > 10);
      `,
    });
    expect(said).toEqual([40, true]);
    expect(await count('commit')).toBe(before + 2);
    expect(bedrock.calls).toHaveLength(2);
  });

  test('aborted: what has come is charged', async () => {
    bedrock.script = () => ({ outputTokens: 400, chunkDelayMs: 10 });
    const source = `
      const controller = new AbortController();
      let seen = 0;
      try {
        const { stream } = await client.send(new aws.ConverseStreamCommand(talk), { abortSignal: controller.signal });
        for await (const _ of stream) if (++seen === 5) controller.abort();
      } catch (error) { say(error.message); }
      say(seen);
    `;
    const guarded = await run({ sdk, source });
    const [aborted = 0] = await charged(1);
    expect(aborted).toBeGreaterThan(0);
    expect(aborted).toBeLessThan(100);
    expect(bedrock.calls).toMatchObject([{ aborted: true }]);
    expect(await run({ sdk, endpoint: undefined, source })).toEqual(guarded);
  });

  test('aborted before it is sent: nothing is charged', async () => {
    const before = await count('commit');
    const said = await run({
      sdk,
      source: `
        await client.send(new aws.ConverseCommand(talk), { abortSignal: AbortSignal.abort() }).catch((error) => say(error.name));
      `,
    });
    expect(said).toEqual(['AbortError']);
    expect(await count('commit')).toBe(before);
  });

  test('without the preload: the plugin, given twice, guards once', async () => {
    const before = await count('commit');
    const source = `
      const { spendfusePlugin } = await import('spendfuse');
      client.middlewareStack.use(spendfusePlugin);
      client.middlewareStack.use(spendfusePlugin);
      say((await client.send(new aws.ConverseCommand(talk))).usage.outputTokens);
      for await (const event of (await client.send(new aws.ConverseStreamCommand(talk))).stream);
    `;
    expect(await run({ sdk, flags: [], source })).toEqual([40]);
    expect(await count('commit')).toBe(before + 2);
    expect(await run({ sdk, source })).toEqual([40]);
    expect(await count('commit')).toBe(before + 4);
  });
});

test('left early: the connection is closed, and what has come is charged', async () => {
  bedrock.script = () => ({ outputTokens: 400, chunkDelayMs: 10 });
  const said = await run({
    sdk: 'bedrock-old',
    source: `
      let seen = 0;
      const { stream } = await client.send(new aws.ConverseStreamCommand(talk));
      for await (const _ of stream) if (++seen > 10) break;
      say('left');
      client.destroy();
    `,
  });
  expect(said).toEqual(['left']);
  const [left = 0] = await charged(1);
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(100);
  expect(bedrock.calls).toMatchObject([{ aborted: true }]);
});

type Call = (typeof bedrock.calls)[number] | undefined;

function authorization(call: Call): { readonly [part: string]: string } {
  const text = call?.headers['authorization'] ?? '';
  return Object.fromEntries(
    [...text.matchAll(/(\w+)=([^,]+)/gu)].map(([, name, value]) => [name, value]),
  );
}

function signatureOf(call: Call): string | undefined {
  return authorization(call)['Signature'];
}

/** Signature Version 4 as AWS documents it, of what has arrived. */
function expectedSignature(call: Call): string {
  const { Credential = '', SignedHeaders = '' } = authorization(call);
  const [, day = '', region = '', service = '', end = ''] = Credential.split('/');
  const { host } = new URL(bedrock.origin);
  const given: Readonly<Record<string, string | undefined>> = {
    ...call?.headers,
    host,
    ':authority': host,
  };
  const headers = SignedHeaders.split(';').map((name) => `${name}:${given[name]}\n`);
  const path = (call?.path ?? '').split('/').map(encodeURIComponent).join('/');
  const canonical = [
    'POST',
    path,
    '',
    headers.join(''),
    SignedHeaders,
    sha256(JSON.stringify(call?.body)),
  ];
  const scope = [day, region, service, end].join('/');
  const toSign = [
    'AWS4-HMAC-SHA256',
    call?.headers['x-amz-date'],
    scope,
    sha256(canonical.join('\n')),
  ];
  let key: string | Buffer = 'AWS4secret';
  for (const part of [day, region, service, end]) key = hmac(key, part);
  return hmac(key, toSign.join('\n')).toString('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
