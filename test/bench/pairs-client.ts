// Reserve and commit, a pair a call, through our client: address, concurrency, clients, duration, labels.
import { createClient } from '@spendfuse/client';
import { usageOf } from '@spendfuse/core';
import { benchReserve, type LabelMix } from './budgets.ts';
import { load, median, WARM_UP } from './load.ts';

const [endpoint = '', concurrency = '1', clients = '1', durationMs = '2000', mix = 'recurring'] =
  process.argv.slice(2);
const connected = Array.from({ length: Number(clients) }, () =>
  createClient({ endpoint, onUnavailable: 'deny' }),
);
const usage = usageOf({ inputTokens: 800, outputTokens: 400 });
const reservesMs: number[] = [];
let n = 0;

async function pair(): Promise<void> {
  n += 1;
  const client = connected[n % connected.length] as (typeof connected)[number];
  const request = benchReserve(n, mix as LabelMix);
  const sentMs = performance.now();
  const decision = await client.reserve(request);
  reservesMs.push(performance.now() - sentMs);
  if (decision.kind !== 'granted') throw new Error(`not granted: ${JSON.stringify(decision)}`);
  await client.commit({ id: request.id, usage, usageSource: 'provider' });
}

const result = await load({
  concurrency: Number(concurrency),
  durationMs: Number(durationMs),
  call: pair,
});
await Promise.all(connected.map((client) => client.close({ timeoutMs: 2000 })));
const reserveP50Ms = median(reservesMs.slice(reservesMs.length * WARM_UP));
console.log(JSON.stringify({ ...result, reserveP50Ms }));
