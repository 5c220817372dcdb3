// Follows the ledger's entries over HTTP and prints one aligned line per call.
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';

/** The fields of `GET /api/entries` that the demo reads. */
export interface LedgerEntry {
  readonly id: string;
  readonly time: string;
  readonly verb: string;
  readonly model: string | null;
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number } | null;
  readonly costNanoUsd: string | null;
  readonly decision: string | null;
  readonly reason: string | null;
}

interface Balance {
  readonly limit: string;
}

export interface LedgerView {
  /** All entries, the oldest first, once nothing more comes. */
  finish(): Promise<readonly LedgerEntry[]>;
}

/** Widths; negative: aligned to the left. With the decision they fit into 80 columns. */
const COLUMNS = [8, -12, 6, 6, 12, 12] as const;
const POLL_MS = 80;

export function follow(origin: string): LedgerView {
  const shown: LedgerEntry[] = [];
  const decisions = new Map<string, string>();
  let leftNanoUsd: bigint | undefined;
  let ending = false;
  const show = (entry: LedgerEntry): void => {
    shown.push(entry);
    if (entry.decision) decisions.set(entry.id, entry.decision);
    if (entry.verb === 'commit') leftNanoUsd = (leftNanoUsd ?? 0n) - BigInt(entry.costNanoUsd ?? 0);
    const line = lineOf(entry, decisions.get(entry.id), leftNanoUsd ?? 0n);
    if (line) console.log(line);
  };
  const watching = (async () => {
    const { balances } = await getJson<{ balances: readonly Balance[] }>(`${origin}/api/balances`);
    leftNanoUsd = BigInt(balances[0]?.limit ?? 0);
    console.log(
      styleText('dim', row(['time', 'model', 'input', 'output', 'cost', 'left'], 'decision')),
    );
    for (;;) {
      const last = ending;
      for (const entry of await entriesAfter(origin, shown.length)) show(entry);
      if (last) return shown;
      await sleep(POLL_MS);
    }
  })();
  return {
    finish() {
      ending = true;
      return watching;
    },
  };
}

/** Everything but the oldest `count` entries, the oldest first. */
async function entriesAfter(origin: string, count: number): Promise<readonly LedgerEntry[]> {
  const all: LedgerEntry[] = [];
  let cursor = '';
  do {
    const url = `${origin}/api/entries?limit=1000${cursor && `&cursor=${cursor}`}`;
    const page = await getJson<{ entries: readonly LedgerEntry[]; next: string | null }>(url);
    all.push(...page.entries);
    cursor = page.next ?? '';
  } while (cursor);
  return all.reverse().slice(count);
}

async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

function lineOf(
  entry: LedgerEntry,
  decision: string | undefined,
  leftNanoUsd: bigint,
): string | undefined {
  const time = entry.time.slice(11, 19);
  const model = entry.model ?? '';
  const left = usd(leftNanoUsd);
  if (entry.verb === 'deny') {
    return styleText('red', row([time, model, '', '', entry.reason ?? '', left], 'denied'));
  }
  if (entry.verb !== 'commit') return undefined;
  const { inputTokens = 0, outputTokens = 0 } = entry.usage ?? {};
  const cost = usd(BigInt(entry.costNanoUsd ?? 0));
  const cells = [time, model, String(inputTokens), String(outputTokens), cost, left];
  const text = row(cells, decision ?? '');
  return decision === 'clamped' ? styleText('yellow', text) : text;
}

function row(cells: readonly string[], last: string): string {
  const padded = cells.map((cell, i) => {
    const width = COLUMNS[i] ?? 0;
    return width < 0 ? cell.padEnd(-width) : cell.padStart(width);
  });
  return [...padded, last].join('  ');
}

/** All nine decimals, so that columns line up. */
export function usd(nanoUsd: bigint): string {
  const digits = String(nanoUsd < 0n ? -nanoUsd : nanoUsd).padStart(10, '0');
  return `${nanoUsd < 0n ? '-' : ''}$${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
