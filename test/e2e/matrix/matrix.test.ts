// Every SDK, in every style of call, module and Node, under the real preload: each way a call can end.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  allEntries,
  type EntryJson,
  settled,
  startTestSidecar,
  type TestSidecar,
} from '../../support/sidecar.ts';
import { type Column, runColumn } from './column.ts';
import { judge, type Judged } from './judge.ts';
import { OLDEST, oldestNode } from './node22.ts';
import { pageWith } from './page.ts';
import { type Family, MODULES, type Modules, type Sdk, SDKS } from './sdks.ts';

const page = fileURLToPath(new URL('../../../docs/sdks.md', import.meta.url));
const CONFIG = `
budgets:
  - id: total
    limits: [$1000000/day]
  - id: empty
    match: { purse: [empty] }
    per: [column, cell]
    limits: [1 requests/day, $0.00000001/day]
    onShortage: [deny]
prices:
  - { model: tts-1, input: $15, output: 0 }
  - { model: dall-e-2, input: 0, output: $20000 }
  - { model: text-embedding-004, input: $0.02, output: 0 }
`;
/** Programs at a time. */
const PARALLEL = 3;

interface Case {
  readonly sdk: Sdk;
  readonly modules: Modules;
  readonly node: 'oldest' | 'newest';
  readonly name: string;
}

const cases: readonly Case[] = SDKS.flatMap((sdk) =>
  MODULES.flatMap((modules) =>
    (['newest', 'oldest'] as const).map((node) => {
      const version = node === 'oldest' ? OLDEST : process.versions.node;
      return { sdk, modules, node, name: `${sdk.title}, ${modules}, Node ${version}` };
    }),
  ),
);

let sidecar: TestSidecar;
let nodes: Awaited<ReturnType<typeof oldestNode>>;
const judged = new Map<Case, readonly Judged[]>();
const columns = new Map<Case, Column>();

beforeAll(async () => {
  [sidecar, nodes] = await Promise.all([startTestSidecar({ config: CONFIG }), oldestNode()]);
  const plain = new Map<Sdk, Column>();
  const runs = [
    ...SDKS.map((sdk) => async () => {
      plain.set(sdk, await runColumn({ sdk, modules: 'esm', node: process.execPath }));
    }),
    ...cases.map((it, position) => async () => {
      const node = it.node === 'newest' ? process.execPath : 'path' in nodes ? nodes.path : '';
      if (node === '') return;
      const guard = { endpoint: sidecar.endpoint, column: String(position) };
      columns.set(it, await runColumn({ ...it, node, guard }));
    }),
  ];
  const inTurn = async (): Promise<void> => {
    for (let run = runs.shift(); run; run = runs.shift()) await run();
  };
  await Promise.all(Array.from({ length: PARALLEL }, inTurn));
  await settled(sidecar);
  const entries = await entriesByColumn(sidecar);
  for (const [it, guarded] of columns) {
    const own = entries[cases.indexOf(it)] ?? [];
    judged.set(it, judge({ guarded, plain: plain.get(it.sdk)!, entries: own }));
  }
}, 300_000);

afterAll(() => sidecar[Symbol.asyncDispose]());

async function entriesByColumn(of: TestSidecar): Promise<Partial<Record<string, EntryJson[]>>> {
  const verbs = ['reserve', 'commit', 'release', 'expire', 'deny'];
  const all = await Promise.all(verbs.map((verb) => allEntries(of, verb)));
  return Object.groupBy(all.flat(), ({ labels }) => labels['column'] ?? '');
}

test.for(cases)('$name', (it, { skip }) => {
  if (it.node === 'oldest' && 'why' in nodes) skip(nodes.why);
  const column = columns.get(it);
  expect(column?.stderr).toBe('');
  expect(column?.code).toBe(0);
  expect(judged.get(it)?.flatMap(({ problems }) => problems)).toEqual([]);
});

test('docs/sdks.md says what programs see', async () => {
  const families: readonly (readonly [Family, string])[] = [
    ['openai', 'OpenAI'],
    ['anthropic', 'Anthropic'],
    ['gemini', 'Google GenAI'],
  ];
  const tried = families.map(([family, title]) => {
    const cells = [...judged].flatMap(([{ sdk }, own]) => (sdk.family === family ? own : []));
    return { title, cells };
  });
  await expect(pageWith(readFileSync(page, 'utf8'), tried)).toMatchFileSnapshot(page);
});
