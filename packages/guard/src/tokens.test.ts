// Counting aside: in a thread that starts when it is needed, and is no burden when it is not.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runNode, tempFolder } from '@spendfuse/testkit';
import { describe, expect, test, vi } from 'vitest';
import { createTokenCounter } from './tokens.ts';

const counter = createTokenCounter();
const count = (text: string, model = 'gpt-4o'): Promise<number> =>
  counter.count({ model, texts: [text] });

test('texts are added up', async () => {
  const text = 'A history that is sent again every turn. '.repeat(50);
  const once = await count(text);
  expect(once).toBe(451);
  expect(await counter.count({ model: 'gpt-4o', texts: [text, '', text, 'hello'] })).toBe(903);
});

test('questions at the same time get each their own answer', async () => {
  const hello = { model: 'gpt-4o', texts: ['hello'] };
  const older = { model: 'gpt-4', texts: ['hello '.repeat(20)] };
  const asked = [hello, older, hello, older].map((query) => counter.count(query));
  expect(await Promise.all(asked)).toEqual([1, 21, 1, 21]);
});

describe('the thread', () => {
  const query = { model: 'gpt-4o', texts: ['hello'] };

  test('is not started for a count that is only wanted if it is at hand', async () => {
    const fresh = createTokenCounter();
    expect(fresh.countIfLoaded(query)).toBeUndefined();
    await fresh.count(query);
    expect(await fresh.countIfLoaded(query)).toBe(1);
    expect(fresh.countIfLoaded({ ...query, model: 'gpt-4' })).toBeUndefined();
  });

  test('ends when nothing is asked of it, and starts again', async () => {
    const fresh = createTokenCounter({ idleMs: 1 });
    expect(await fresh.count(query)).toBe(1);
    await vi.waitFor(() => expect(fresh.countIfLoaded(query)).toBeUndefined());
    expect(await fresh.count(query)).toBe(1);
  });

  test('that fails, fails what is asked of it, and the next question starts another', async () => {
    const nothing = { model: 'gpt-4o', texts: [undefined as unknown as string] };
    await expect(counter.count(nothing)).rejects.toThrow('the thread that counts tokens has ended');
    expect(await counter.count(query)).toBe(1);
  });

  test('runs none of the preloads, and lets the process end once it has answered', async () => {
    await using folder = await tempFolder();
    const preload = join(folder.path, 'preload.cjs');
    await writeFile(preload, "console.log('preloaded');");
    const program = `
      import { createTokenCounter } from ${JSON.stringify(new URL('./tokens.ts', import.meta.url))};
      createTokenCounter().count({ model: 'gpt-4o', texts: ['hello'] }).then(console.log);`;
    const args = ['--conditions=@spendfuse/source', '--input-type=module', '--eval', program];
    const run = await runNode({ args, env: { NODE_OPTIONS: `--require=${preload}` } });
    expect(run).toMatchObject({ code: 0, stdout: 'preloaded\n1\n', stderr: '' });
  });
});

test('models of other families get more, and more again for other scripts', async () => {
  expect(await count('hello there', 'claude-sonnet-4-6')).toBe(3);
  expect(await count('你好', 'gpt-4o')).toBe(1);
  expect(await count('你好', 'claude-sonnet-4-6')).toBe(5);
});
