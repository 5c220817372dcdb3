// Fills a data folder with pairs and ends as if it were killed: folder, pairs.
import { createCatalogue, openAuthority } from '@spendfuse/authority';
import { type ReserveRequest, usageOf } from '@spendfuse/core';
import { benchBudgets, benchReserve } from './budgets.ts';

const [folder = '', pairs = '0'] = process.argv.slice(2);
const AT_ONCE = 256;

const authority = await openAuthority({
  dataFolder: folder,
  durability: 'process',
  budgets: benchBudgets,
  catalogue: createCatalogue(),
});
const usage = usageOf({ inputTokens: 800, outputTokens: 400 });
for (let n = 0; n < Number(pairs); n += AT_ONCE) {
  const calls = Array.from({ length: AT_ONCE }, (_, i) => benchReserve(n + i));
  await submit(calls.map((request) => ({ verb: 'reserve', request })));
  await submit(calls.map(commitOf));
}
console.log('{}');
process.exit(0);

function commitOf({ id }: ReserveRequest) {
  return { verb: 'commit', request: { id, usage, usageSource: 'provider' } } as const;
}

function submit(batch: Parameters<typeof authority.submit>[0]): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = batch.length;
    const answered = (): void => {
      left -= 1;
      if (left === 0) resolve();
    };
    authority.submit(batch, { answered, failed: (_, error) => reject(error as Error) });
  });
}
