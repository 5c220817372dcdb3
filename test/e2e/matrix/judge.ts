// What every cell of the matrix must be, by what the program, the provider, the ledger and the spans say.
import type { FakeSpan } from '@spendfuse/testkit';
import { isDeepStrictEqual } from 'node:util';
import type { EntryJson } from '../../support/sidecar.ts';
import { cellOf, type Outcome, type Seen } from './cells.ts';
import { chargesOf } from './charges.ts';
import type { Attempt, Column } from './column.ts';

export interface Evidence {
  readonly guarded: Column;
  /** The same program without the preload. */
  readonly plain: Column;
  /** Of this column's calls. */
  readonly entries: readonly EntryJson[];
}

/** A cell, and what is wrong with it. */
export interface Judged {
  readonly seen: Seen;
  readonly problems: readonly string[];
  /** Of its commit. */
  readonly usageSource: string | null;
}

export function judge(evidence: Evidence): readonly Judged[] {
  const denials = evidence.guarded.spans.filter(
    ({ attributes }) => attributes['spendfuse.decision'] === 'denied',
  );
  const deniedCells = evidence.guarded.seen.filter(({ outcome }) => outcome === 'denied');
  return evidence.guarded.seen.map((seen) => {
    const found = findingsOf(evidence, seen);
    // A denial has no reservation to be known by, but they come one after the other.
    if (seen.outcome === 'denied') {
      const span = denials[deniedCells.indexOf(seen)];
      found.spans = span && denials.length === deniedCells.length ? [span] : [];
    }
    const expected = expectations(seen.outcome, found);
    const problems = Object.entries(expected)
      .filter(([, holds]) => !holds)
      .map(([what]) => `${seen.name}, ${seen.outcome}: ${what}`);
    return { seen, problems, usageSource: found.commits[0]?.usageSource ?? null };
  });
}

interface Findings {
  readonly seen: Seen;
  readonly plain: Seen | undefined;
  readonly attempts: readonly Attempt[];
  readonly plainAttempts: readonly Attempt[];
  readonly reserves: readonly EntryJson[];
  readonly commits: readonly EntryJson[];
  readonly denials: readonly EntryJson[];
  readonly others: readonly EntryJson[];
  spans: readonly FakeSpan[];
}

function findingsOf({ guarded, plain, entries }: Evidence, seen: Seen): Findings {
  const cell = cellOf(seen);
  const own = entries.filter(({ labels }) => labels['cell'] === cell);
  const reserves = own.filter(({ verb }) => verb === 'reserve');
  const ids = new Set(reserves.map(({ id }) => id));
  const attemptsOf = ({ attempts }: Column): readonly Attempt[] =>
    attempts.filter((attempt) => attempt.cell === cell);
  return {
    seen,
    plain: plain.seen.find((other) => cellOf(other) === cell),
    attempts: attemptsOf(guarded),
    plainAttempts: attemptsOf(plain),
    reserves,
    commits: own.filter(({ verb }) => verb === 'commit'),
    denials: own.filter(({ verb }) => verb === 'deny'),
    others: own.filter(({ verb }) => !['reserve', 'extend', 'commit', 'deny'].includes(verb)),
    spans: guarded.spans.filter((span) => ids.has(attribute(span, 'spendfuse.reservation.id'))),
  };
}

/** What has to hold, in words. */
function expectations(outcome: Outcome, found: Findings): Readonly<Record<string, boolean>> {
  const { seen, attempts, reserves, commits, denials, others, spans } = found;
  if (outcome === 'denied') {
    return {
      'BudgetExceededError.from knows the error': seen.error?.reason !== undefined,
      'no attempt reaches the provider': attempts.length === 0,
      'the ledger has it, and no reservation': denials.length === 1 && reserves.length === 0,
      'the ledger is asked once: there is one span':
        spans.length === 1 && spans[0]?.status.code === 'error',
    };
  }
  return {
    'as in an unguarded program': sameAs(found),
    'attempts as in an unguarded program': attempts.length === found.plainAttempts.length,
    'one attempt': attempts.length === 1 || outcome === 'cut',
    'a reservation for each attempt': reserves.length === attempts.length,
    'a commit for each reservation':
      commits.length === reserves.length && denials.length + others.length === 0,
    ...chargesOf(found),
    'a span with its cost for each attempt':
      spans.length === attempts.length && spans.every((span) => hasCost(span, commits)),
  };
}

function sameAs({ seen, plain }: Findings): boolean {
  return (
    isDeepStrictEqual(shape(seen.result), shape(plain?.result)) &&
    isDeepStrictEqual(seen.error, plain?.error)
  );
}

function hasCost(span: FakeSpan, commits: readonly EntryJson[]): boolean {
  const commit = commits.find(({ id }) => id === attribute(span, 'spendfuse.reservation.id'));
  return commit?.costNanoUsd === attribute(span, 'spendfuse.cost.nano_usd');
}

function attribute({ attributes }: FakeSpan, name: string): string {
  const value = attributes[name];
  return typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '';
}

/**
 * Without what the provider adds when it is asked for usage: `usage: null` on the other chunks, and
 * padding of another length.
 */
function shape(result: unknown): unknown {
  return JSON.parse(JSON.stringify(result ?? null), (key, value: unknown) =>
    key === 'obfuscation' || (key === 'usage' && value === null) ? undefined : value,
  );
}
