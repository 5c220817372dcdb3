// A script that is done ends by itself: nothing of the client's keeps its process alive.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createScriptedAuthority,
  freePort,
  runNode,
  startNode,
  tempFolder,
} from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { serve } from './support.ts';

const entry = (name: string) => fileURLToPath(import.meta.resolve(name));

/** Arguments that run the body with a client. */
function script(endpoint: string, body: string, options: string): readonly string[] {
  const source = `
    import { createClient } from ${JSON.stringify(entry('@spendfuse/client'))};
    import { mintId, usageOf } from ${JSON.stringify(entry('@spendfuse/core'))};
    const client = createClient({ endpoint: ${JSON.stringify(endpoint)}, ...${options} });
    const newId = () => mintId({ nowMs: Date.now(), random: crypto.getRandomValues(new Uint8Array(10)) });
    const call = { labels: {}, provider: 'openai', model: 'm', operation: 'chat' };
    const estimate = { inputBound: { tokens: 1, exact: true }, maxOutputTokens: 1, choices: 1, clampable: true };
    const reserve = (id) => client.reserve({ id, call, estimate, maxWaitMs: 30000 });
    const commit = (id) => client.commit({ id, usage: usageOf({}), usageSource: 'provider' });
    ${body}`;
  const args = ['--conditions=@spendfuse/source', '--no-warnings', '--input-type=module'];
  return [...args, '--eval', source];
}

/** The timeout is what would catch a process kept alive. */
function runScript(endpoint: string, body: string, options = '{}') {
  return runNode({ args: script(endpoint, body, options), timeoutMs: 10_000 });
}

function startScript(endpoint: string, body: string) {
  return startNode({ args: script(endpoint, body, '{}') });
}

test('after its last call, over TCP and a unix socket', async () => {
  await using folder = await tempFolder();
  const authority = createScriptedAuthority();
  const unixPath = join(folder.path, 'a.sock');
  const { addresses } = await serve(authority, { unixPath, port: 0 });
  const body = 'const id = newId(); await reserve(id); await commit(id); console.log("done");';
  for (const endpoint of [addresses.grpc ?? '', `unix:${unixPath}`]) {
    expect(await runScript(endpoint, body)).toMatchObject({
      code: 0,
      stdout: 'done\n',
      stderr: '',
    });
  }
});

test('after an idle spell, a call more, and another idle spell', async () => {
  const authority = createScriptedAuthority();
  const { addresses } = await serve(authority, { port: 0 });
  const body = `
    await reserve(newId());
    await new Promise((resolve) => setTimeout(resolve, 500));
    await reserve(newId());
    console.log(client.stats().reconnects);`;
  const result = await runScript(addresses.grpc ?? '', body);
  expect(result).toMatchObject({ code: 0, stdout: '0\n', stderr: '' });
});

test('with a commit that nobody waits for, which arrives nevertheless', async () => {
  const authority = createScriptedAuthority();
  const { addresses } = await serve(authority, { port: 0 });
  const result = await runScript(addresses.grpc ?? '', 'void commit(newId());');
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(authority.asked.commit).toHaveLength(1);
});

test('without an authority, with commits in the spool', async () => {
  const endpoint = `127.0.0.1:${await freePort()}`;
  const body = 'console.log((await reserve(newId())).kind); void commit(newId());';
  const result = await runScript(endpoint, body, "{ onUnavailable: 'allow' }");
  expect(result).toMatchObject({ code: 0, stdout: 'granted\n', stderr: '' });
});

test('when the authority has gone away', async () => {
  const server = await serve(createScriptedAuthority(), { port: 0 });
  const body = `
    await reserve(newId());
    console.log('ready');
    await new Promise((resolve) => process.stdin.once('data', resolve));
    process.stdin.destroy();
    console.log((await reserve(newId()).catch((error) => error)).code);`;
  await using running = await startScript(server.addresses.grpc ?? '', body);
  await running.waitForLine(/ready/);
  await server.drain();
  running.write('go on\n');
  expect(await running.exit).toMatchObject({ code: 0 });
  expect(running.stdout() + running.stderr()).toBe('ready\nUNAVAILABLE\n');
});
