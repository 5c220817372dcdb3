// Every SDK, in every style of call, module and Node, under the real preload: each way a call can end.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { until } from '@spendfuse/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  allEntries,
  type EntryJson,
  startTestSidecar,
  type TestSidecar,
} from '../../support/sidecar.ts';
import { type Column, type Modules, runColumn } from './column.ts';
import { FAMILIES, type Tried, TRIED } from './families.ts';
import { judge, type Judged } from './judge.ts';
import { type NodeHere, nodesHere } from './nodes.ts';
import { pageWith, type TriedIn } from './page.ts';

// Programs at a time; and of all of them together, for a test waits for its turn.
vi.setConfig({ maxConcurrency: 2, testTimeout: 600_000 });

const page = fileURLToPath(new URL('../../../docs/sdks.md', import.meta.url));
const prices = Object.values(FAMILIES).flatMap(({ provider, prices }) =>
  Object.entries(prices).map(
    ([model, { inputUsdPerMTok: input, outputUsdPerMTok: output }]) =>
      `  - { provider: ${provider}, model: '${model}', input: $${input}, output: $${output} }\n`,
  ),
);
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
${prices.join('')}`;

interface Case {
  readonly tried: Tried;
  readonly modules: Modules;
  readonly node: NodeHere;
  readonly name: string;
}

const nodes = await nodesHere();
const cases: readonly Case[] = TRIED.flatMap((tried) => {
  const { family, sdk } = tried;
  return programsOf(tried).map(({ modules, node }) => {
    const names = [`${family.title}: ${sdk.name} ${sdk.version}`, modules, `Node ${node.version}`];
    return { tried, modules, node, name: names.join(', ') };
  });
});

/** Of the newest in every combination; of older ones on every Node, and in both module systems. */
function programsOf({ family, sdk }: Tried): readonly Pick<Case, 'modules' | 'node'>[] {
  const both = ['esm', 'cjs'] as const;
  return nodes.flatMap((node, position) =>
    both
      .filter((_, at) => sdk === family.sdks[0] || at === position % 2)
      .map((modules) => ({ modules, node })),
  );
}

let sidecar: TestSidecar;
const judged = new Map<Case, readonly Judged[]>();
const plain = new Map<Tried, Promise<Column>>();

beforeAll(async () => {
  sidecar = await startTestSidecar({ config: CONFIG });
});

afterAll(() => sidecar[Symbol.asyncDispose]());

/** Without the preload, once for each SDK. */
function plainOf(tried: Tried): Promise<Column> {
  const known = plain.get(tried);
  if (known) return known;
  const running = runColumn({ tried, modules: 'esm', node: process.execPath });
  plain.set(tried, running);
  return running;
}

/** Of a column whose program has ended; what is missing then, the judge tells. */
async function entriesOf(column: string, attempts: number): Promise<readonly EntryJson[]> {
  const of = (verb: string): Promise<EntryJson[]> => allEntries(sidecar, verb, { column });
  let reserves: EntryJson[] = [];
  let ends: EntryJson[] = [];
  const areThere = async (): Promise<boolean> => {
    reserves = await of('reserve');
    ends = (await Promise.all(['commit', 'release', 'expire'].map(of))).flat();
    return ends.length >= Math.max(reserves.length, attempts);
  };
  await until(areThere, { what: 'the entries', timeoutMs: 5000, intervalMs: 100 }).catch(() => {});
  return [...reserves, ...ends, ...(await of('deny'))];
}

// Not `test.for`, which cuts names short.
for (const [position, it] of cases.entries()) {
  test.concurrent(it.name, async ({ expect }) => {
    const column = String(position);
    const { endpoint } = sidecar;
    const guarded = await runColumn({ ...it, node: it.node.path, guard: { endpoint, column } });
    const reference = await plainOf(it.tried);
    const said = new Set(reference.stderr.split('\n'));
    expect(
      guarded.stderr
        .split('\n')
        .filter((line) => !said.has(line))
        .join('\n'),
    ).toBe('');
    expect(guarded.code).toBe(0);
    const entries = await entriesOf(column, guarded.attempts.length);
    const own = judge({ guarded, plain: reference, entries });
    judged.set(it, own);
    const problems = own.flatMap((cell) => cell.problems);
    expect(problems, problems.join('\n')).toEqual([]);
  });
}

test('docs/sdks.md says what programs see', async () => {
  const all = Object.values(FAMILIES).map((family): TriedIn => {
    // In the order of the list, not in that of their ends.
    const cells = cases
      .map((it) => [it, judged.get(it) ?? []] as const)
      .filter(([{ tried }]) => tried.family === family)
      .flatMap(([{ tried }, own]) => own.map((cell) => ({ ...cell, sdk: tried.sdk })));
    return { family, cells };
  });
  await expect(pageWith(readFileSync(page, 'utf8'), all)).toMatchFileSnapshot(page);
});
