// What the programs of all frameworks have in common: how they are answered, and what comes of it.
import type { FakeReply } from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { sharedByAll } from '../../support/started.ts';
import { expectCharged, expectDenied, ours } from './expectations.ts';
import { type Cell, play, type Played, type Playing } from './play.ts';

export const ANSWER = 'It melts.';

/** A model that uses its tool, if it has one, three times, and answers. */
export function answer(hasTool: boolean, toolResults: number): FakeReply {
  return hasTool && toolResults < 3
    ? { toolCalls: [{ name: 'lookup', arguments: { word: 'fuse' } }] }
    : { text: ANSWER };
}

/** Plays a program before the tests, and expects that it went well. */
export function playedBefore(playing: Playing): Played {
  const played = sharedByAll(() => play(playing), { timeoutMs: 120_000 });
  test('the program comes to its end, and we have nothing to say', () => {
    expect(played.code).toBe(0);
    expect(played.stderr).not.toContain('spendfuse:');
  });
  return played;
}

/** Scenarios that were granted, each with its result and the number of its calls. */
export function chargedAsBilled(
  played: Played,
  scenarios: readonly (readonly [name: string, result: unknown, calls: number])[],
): void {
  test.each(scenarios)('%s is charged as it is billed', (name, result, calls) => {
    const cell = played.cell(name);
    expect(cell.seen).toEqual({ result });
    expectCharged(cell, calls);
  });
}

/** Scenarios that were refused, and threw our error itself. */
export function deniedOnce(played: Played, scenarios: readonly string[]): void {
  test.each(scenarios)('%s: our error, after one question', (name) => {
    const cell = played.cell(name);
    expect(cell.seen.error).toEqual(ours('TOO_LARGE'));
    expectDenied(cell);
  });
}

/** Its calls are charged, and one more was refused. */
export function expectStopped(cell: Cell, calls: number): void {
  expect(cell.seen.error).toEqual(ours('EXHAUSTED'));
  expect(cell.denials).toBe(1);
  expectCharged(cell, calls);
}

/** Every call of it has the label that the program set around it. */
export function expectLabelled(cell: Cell, calls: number): void {
  expect(cell.commits.map(({ labels }) => labels['user'])).toEqual(Array(calls).fill('u1'));
  expectCharged(cell, calls);
}
