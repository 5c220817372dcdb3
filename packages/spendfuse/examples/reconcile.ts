// Three books kept apart must agree to the nano-dollar: the ledger's, the spans', the provider's.
import { styleText } from 'node:util';
import { parseLimit } from '@spendfuse/core';
import { type FakeOpenAI, type FakeOtlp, until } from '@spendfuse/testkit';
import { type LedgerEntry, usd } from './ledger-view.ts';

export interface Books {
  readonly entries: readonly LedgerEntry[];
  readonly provider: FakeOpenAI;
  readonly otlp: FakeOtlp;
  readonly limit: string;
}

const COST = 'spendfuse.cost.nano_usd';

/** Prints the three sums and the checks; true if all hold. */
export async function reconcile({ entries, provider, otlp, limit }: Books): Promise<boolean> {
  const commits = entries.filter(({ verb }) => verb === 'commit');
  const refusedAt = Date.parse(entries.find(({ verb }) => verb === 'deny')?.time ?? '');
  await until(() => costsOfSpans(otlp).length >= commits.length, {
    timeoutMs: 5000,
    what: 'the spans of all calls',
  }).catch(() => undefined);
  const spans = costsOfSpans(otlp);
  const ledgerSum = sum(commits.map(({ costNanoUsd }) => BigInt(costNanoUsd ?? 0)));
  const spanSum = sum(spans);
  const billed = provider.billedNanoUsd();
  const ceiling = BigInt(parseLimit(limit).amount);
  console.log(`  ledger entries   ${usd(ledgerSum)}   ${commits.length} commits`);
  console.log(`  span costs       ${usd(spanSum)}   ${spans.length} spans over OTLP`);
  console.log(`  provider's bill  ${usd(billed)}   ${provider.calls.length} requests`);
  const percent = Number((ledgerSum * 10_000n) / ceiling) / 100;
  const late = provider.calls.filter(({ receivedAtMs }) => receivedAtMs > refusedAt).length;
  return [
    check('the three agree', ledgerSum === spanSum && spanSum === billed),
    check(
      'each call is in all three',
      spans.length === commits.length && spans.length === provider.calls.length,
    ),
    check(
      `between 95 % and 100 % of ${limit} was spent: ${percent} %`,
      percent >= 95 && percent <= 100,
    ),
    check('the agent was refused', Number.isFinite(refusedAt)),
    check('no call reached the provider after the refusal', late === 0),
  ].every(Boolean);
}

function costsOfSpans(otlp: FakeOtlp): readonly bigint[] {
  return otlp.spans().flatMap(({ attributes }) => {
    const cost = attributes[COST];
    return typeof cost === 'number' || typeof cost === 'bigint' ? [BigInt(cost)] : [];
  });
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

function check(what: string, holds: boolean): boolean {
  const mark = holds ? styleText('green', 'ok') : styleText(['red', 'bold'], 'NO');
  console.log(`  ${mark}  ${what}`);
  return holds;
}
