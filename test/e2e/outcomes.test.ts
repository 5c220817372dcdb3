// Every way a call can end: what is charged and told, and that the program sees what it always saw.
import { readFileSync } from 'node:fs';
import { until } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { bodyOutcomes } from '../support/outcomes-bodies.ts';
import { streamOutcomes } from '../support/outcomes-streams.ts';
import { REPORTED } from '../support/outcomes-wire.ts';
import {
  collectGarbage,
  HELD_OUTPUT,
  type Outcome,
  startWorld,
  type World,
} from '../support/outcomes.ts';

const all = [...bodyOutcomes, ...streamOutcomes];

describe.each([
  ['calls', bodyOutcomes],
  ['streams', streamOutcomes],
])('%s', (_, outcomes) => {
  test.each(outcomes)('$name', async (outcome) => {
    await using world = await startWorld(outcome);
    const seen = await outcome.run(world.guarded);
    if (outcome.when.startsWith('before')) expect(hasEnded(world, outcome)).toBe(true);
    await until(
      () => {
        if (outcome.when.includes('garbage')) collectGarbage();
        return hasEnded(world, outcome);
      },
      { what: 'the end of the call', intervalMs: 20 },
    );
    checkLedger(world, outcome);
    checkTelemetry(world, outcome);
    if (outcome.errorType !== 'budget_exceeded')
      expect(seen).toEqual(await outcome.run(world.plain));
  });
});

function hasEnded({ authority, telemetry }: World, { when }: Outcome): boolean {
  if (when === 'never') return true;
  const isTold = telemetry.ends.length > 0 || when.includes('when it can');
  return isTold && authority.commits.length + authority.releases.length > 0;
}

function checkLedger({ authority }: World, { charged, seen }: Outcome): void {
  const { reserves, commits, releases } = authority;
  const usage = commits[0]?.usage;
  const input = reserves[0]?.estimate.inputBound.tokens;
  const ids = [...commits, ...releases].map(({ id }) => id);
  expect(ids).toEqual(charged.includes('never reserved') ? [] : [reserves[0]?.id]);
  switch (charged) {
    case 'nothing: it was never reserved':
      return expect(reserves).toEqual([]);
    case 'nothing: released as not sent':
    case 'nothing: released, and counted as a request':
      return expect(releases[0]?.sent).toBe(charged.endsWith('request'));
    case 'the usage that the provider reports':
      expect(commits[0]?.usageSource).toBe('provider');
      return expect(usage).toMatchObject({
        inputTokens: REPORTED.prompt_tokens,
        outputTokens: REPORTED.completion_tokens,
      });
    default:
      expect(commits[0]?.usageSource).toBe('estimated');
      expect(usage?.inputTokens).toBe(input);
      if (charged === 'all that was held') expect(usage?.outputTokens).toBe(HELD_OUTPUT);
      else if (seen !== undefined) expect(usage?.outputTokens).toBe(seen);
      else expect(usage?.outputTokens).toBeGreaterThan(0);
  }
}

function checkTelemetry({ telemetry }: World, { errorType, isCut = false, when }: Outcome): void {
  if (when.includes('when it can')) return;
  expect(telemetry.ends).toHaveLength(1);
  const [end] = telemetry.ends;
  if (errorType instanceof RegExp) expect(end?.errorType).toMatch(errorType);
  else expect(end?.errorType).toBe(errorType);
  expect(end?.isCut).toBe(isCut);
}

test('the table in the documents has a row for each, and says the same', () => {
  const url = new URL('../../docs/outcomes.md', import.meta.url);
  const lines = readFileSync(url, 'utf8').split('\n');
  const rows = lines
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  // The last row is told by outcomes-exit.test.ts.
  expect(rows.at(-1)?.[0]).toBe('the process ends');
  expect(rows.slice(1, -1)).toEqual(all.map(rowOf));
});

function rowOf({ name, charged, errorType, isCut, when }: Outcome): readonly string[] {
  const isPaid = !charged.startsWith('nothing');
  const source = charged.includes('provider') ? '`provider`' : '`estimated`';
  const codes =
    errorType instanceof RegExp
      ? errorType.source.replace(/^\^\(\?:|\)\$$/gu, '').split('|')
      : [errorType ?? []].flat();
  const marks = [
    isPaid ? source : [],
    codes.length > 0 ? codes.map((code) => `\`${code}\``).join(' or ') : [],
    isCut ? 'finish reason `error`' : [],
  ];
  return [name, charged, marks.flat().join(', '), when];
}
