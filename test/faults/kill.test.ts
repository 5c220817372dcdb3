// SIGKILL at random moments under load: no acknowledged verb is lost, none is applied twice (L3, L4).
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@spendfuse/client';
import { mintId, usageOf } from '@spendfuse/core';
import { until } from '@spendfuse/testkit';
import { expect, it } from 'vitest';
import { allEntries, balances, startTestSidecar, type TestSidecar } from '../support/sidecar.ts';

const KILLS = process.env['SPENDFUSE_TEST_LONG'] ? 200 : 20;
const CALLERS = 16;
const CONFIG = `
budgets:
  - id: all
    limits: [1000000k tokens]
`;

/** What a model process knows of one call: only what was acknowledged to it. */
interface Known {
  readonly id: string;
  readonly tokens: number;
  commitAcked: boolean;
}

it(
  `loses nothing and doubles nothing over ${KILLS} kills`,
  async () => {
    await using sidecar = await startTestSidecar({ config: CONFIG, args: ['--log', 'error'] });
    const client = createClient({ endpoint: sidecar.endpoint, onUnavailable: 'deny' });
    const known: Known[] = [];
    let stop = false;
    const caller = async (): Promise<void> => {
      while (!stop) await oneCall(client, known);
    };
    const callers = Promise.all(Array.from({ length: CALLERS }, caller));
    for (let kill = 0; kill < KILLS; kill++) {
      // The moment is random in work done, so that every kill meets real load, and in time.
      await acknowledged(known, acks(known) + 1 + Math.floor(Math.random() * 60));
      await sleep(Math.random() * 20);
      await sidecar.crash();
      await sidecar.start();
    }
    stop = true;
    await callers;
    await client.close({ timeoutMs: 10_000 });
    await compare(sidecar, known);
    expect(await sidecar.stop()).toBe(0);
  },
  KILLS * 3000 + 30_000,
);

function acks(known: readonly Known[]): number {
  return known.filter(({ commitAcked }) => commitAcked).length;
}

async function acknowledged(known: readonly Known[], count: number): Promise<void> {
  const what = `${count} acknowledged commits`;
  await until(() => acks(known) >= count, { what, timeoutMs: 20_000, intervalMs: 2 });
}

type Client = ReturnType<typeof createClient>;

async function oneCall(client: Client, known: Known[]): Promise<void> {
  const random = crypto.getRandomValues(new Uint8Array(10));
  const id = mintId({ nowMs: Date.now(), random });
  const tokens = 1 + Math.floor(Math.random() * 50);
  const call = {
    labels: { user: `u${tokens}` },
    provider: 'openai',
    model: 'm',
    operation: 'chat',
  };
  const inputBound = { tokens, exact: true };
  const estimate = { inputBound, maxOutputTokens: 0, choices: 1, clampable: false };
  const decision = await client.reserve({ id, call, estimate }).catch(() => undefined);
  if (decision?.kind !== 'granted') {
    await sleep(5);
    return;
  }
  const state = { id, tokens, commitAcked: false };
  known.push(state);
  const usage = usageOf({ inputTokens: tokens });
  await client.commit({ id, usage, usageSource: 'provider' });
  state.commitAcked = true;
}

async function compare(sidecar: TestSidecar, known: readonly Known[]): Promise<void> {
  const commits = await allEntries(sidecar, 'commit');
  const byId = new Map(commits.map((entry) => [entry.id, entry]));
  expect(byId.size, 'no id has two commits').toBe(commits.length);
  const acked = known.filter(({ commitAcked }) => commitAcked);
  expect(acked.length, 'the load was real').toBeGreaterThan(KILLS * 5);
  const lost = acked.filter(({ id, tokens }) => byId.get(id)?.usage?.inputTokens !== tokens);
  expect(lost, 'no acknowledged commit is lost or changed').toEqual([]);
  const sent = new Set(known.map(({ id }) => id));
  expect(
    commits.filter(({ id }) => !sent.has(id)),
    'none is invented',
  ).toEqual([]);
  const total = commits.reduce((sum, { usage }) => sum + (usage?.inputTokens ?? 0), 0);
  const [balance] = await balances(sidecar);
  expect(Number(balance?.committed), 'counter = sum of its entries (L12)').toBe(total);
}
