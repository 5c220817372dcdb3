// Runs a program of a framework under the preload: what it, the providers and the ledger say of it.
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  type FakeCall,
  type FakeReply,
  type FakeRequest,
  type FakeScript,
  type RunningNode,
  startFakeAnthropic,
  startFakeOpenAI,
  startNode,
} from '@spendfuse/testkit';
import {
  allEntries,
  type EntryJson,
  preload,
  settled,
  startTestSidecar,
  type TestSidecar,
} from '../../support/sidecar.ts';
import { MARK, type Seen } from './programs/scenario.ts';

const CONFIG = `
budgets:
  - id: total
    limits: [$1000000/day]
  - id: empty
    match: { purse: [empty] }
    per: [cell]
    limits: [$0.00000001/day]
    onShortage: [deny]
  - id: one
    match: { purse: [one] }
    per: [cell]
    limits: [1 requests/day]
    onShortage: [deny]
  - id: two
    match: { purse: [two] }
    per: [cell]
    limits: [2 requests/day]
    onShortage: [deny]
  - id: growing
    match: { purse: [growing] }
    per: [cell]
    hold: adaptive
    limits: [1000 output_tokens/day]
    onShortage: [deny]
`;
const OPENAI_PRICES = {
  'gpt-4o-mini': {
    inputUsdPerMTok: '0.15',
    cachedInputUsdPerMTok: '0.075',
    outputUsdPerMTok: '0.6',
  },
  'text-embedding-3-small': { inputUsdPerMTok: '0.02', outputUsdPerMTok: '0' },
};
const ANTHROPIC_PRICES = { 'claude-haiku-4-5': { inputUsdPerMTok: '1', outputUsdPerMTok: '5' } };
const TIMEOUT_MS = 100_000;

/** A request of a scenario. */
interface Asked {
  readonly cell: string;
  /** From 0: of all requests of this scenario. */
  readonly attempt: number;
  /** That it carries. */
  readonly toolResults: number;
}

export interface Playing {
  /** Its file in `programs/`. */
  readonly program: string;
  readonly reply: (asked: Asked) => FakeReply | 'held' | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What became of a scenario. */
export interface Cell {
  readonly seen: Omit<Seen, 'name'>;
  readonly calls: readonly FakeCall[];
  readonly commits: readonly EntryJson[];
  /** How often the ledger has said no. */
  readonly denials: number;
}

export interface Played {
  readonly code: number | null;
  readonly stderr: string;
  /** Requests of no scenario: a framework's own. */
  readonly strays: readonly FakeCall[];
  cell(name: string): Cell;
}

export async function play({ program, reply, env = {} }: Playing): Promise<Played> {
  const started = Promise.withResolvers<RunningNode>();
  const onHeld = (cell: string): void =>
    void started.promise.then((running) => running.write(`${cell}\n`));
  await using world = await startWorld(scriptOf(reply, onHeld));
  const { sidecar } = world;
  const file = fileURLToPath(new URL(`programs/${program}`, import.meta.url));
  await using running = await startNode({
    args: ['--require', preload, file],
    env: { ...world.env, ...env },
  });
  started.resolve(running);
  const ended = await Promise.race([running.exit, delay(TIMEOUT_MS, undefined, { ref: false })]);
  const [stdout, stderr] = [running.stdout(), running.stderr()];
  const told = stdout.split('\n').find((line) => line.startsWith(MARK));
  if (!ended || told === undefined)
    throw new Error(`${program} said nothing\n${stdout}\n${stderr}`);
  await settled(sidecar);
  // Denials that follow each other are written down together, at the latest here.
  await sidecar.stop();
  await sidecar.start();
  const seen = JSON.parse(told.slice(MARK.length)) as readonly Seen[];
  const commits = await allEntries(sidecar, 'commit');
  const denials = await allEntries(sidecar, 'deny');
  return {
    code: ended.code,
    stderr,
    strays: world.calls().filter((call) => cellOf(call) === ''),
    cell(name) {
      const { name: known, ...rest } = seen.find((it) => it.name === name) ?? {};
      if (known === undefined) throw new Error(`${program} has no scenario "${name}"`);
      const own = ({ labels }: EntryJson): boolean => labels['cell'] === name;
      return {
        seen: rest,
        calls: world.calls().filter((call) => cellOf(call) === name),
        commits: commits.filter(own),
        denials: denials.filter(own).reduce((sum, { count = 0 }) => sum + count, 0),
      };
    },
  };
}

interface World extends AsyncDisposable {
  readonly sidecar: TestSidecar;
  /** Of a program that is to find all of it. */
  readonly env: Readonly<Record<string, string>>;
  /** In the order of arrival at each provider. */
  calls(): readonly FakeCall[];
}

/** A sidecar, and providers that follow the script. */
export async function startWorld(script?: FakeScript): Promise<World> {
  const sidecar = await startTestSidecar({ config: CONFIG });
  const settings = script ? { script } : {};
  const openai = await startFakeOpenAI({ ...settings, prices: OPENAI_PRICES });
  const anthropic = await startFakeAnthropic({ ...settings, prices: ANTHROPIC_PRICES });
  return {
    sidecar,
    env: {
      OPENAI_API_KEY: 'sk-test',
      OPENAI_BASE_URL: openai.baseUrl,
      ANTHROPIC_API_KEY: 'sk-ant-test',
      ANTHROPIC_BASE_URL: anthropic.origin,
      SPENDFUSE_ENDPOINT: sidecar.endpoint,
      SPENDFUSE_HOSTS: `${openai.origin}=openai,${anthropic.origin}=anthropic`,
    },
    calls: () => [...openai.calls, ...anthropic.calls],
    async [Symbol.asyncDispose]() {
      await Promise.all([sidecar[Symbol.asyncDispose](), openai.close(), anthropic.close()]);
    },
  };
}

/** Answers what the scenario is to be answered. */
function scriptOf(reply: Playing['reply'], onHeld: (cell: string) => void): FakeScript {
  const attempts = new Map<string, number>();
  return (request) => {
    const cell = cellOf(request);
    const attempt = attempts.get(cell) ?? 0;
    attempts.set(cell, attempt + 1);
    const answer = reply({ cell, attempt, toolResults: toolResultsOf(request) });
    if (answer !== 'held') return answer;
    onHeld(cell);
    return { hold: new Promise(() => {}) };
  };
}

/** The name of the scenario that stands in a prompt; empty for what asks no model. */
function cellOf({ body }: FakeRequest): string {
  if (typeof body !== 'object' || body === null || !('model' in body)) return '';
  return /\[([\w ,.]+)\] What is/u.exec(JSON.stringify(body))?.[1] ?? '';
}

function toolResultsOf({ body }: FakeRequest): number {
  const results = /"(?:function_call_output|tool_result)"|"role":"tool"/gu;
  return [...JSON.stringify(body ?? null).matchAll(results)].length;
}
