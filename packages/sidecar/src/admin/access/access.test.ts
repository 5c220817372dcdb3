// Who is let in, and how long wrong tokens are listened to.
import { expect, test } from 'vitest';
import { Access, type Credentials } from './access.ts';

const nobody: Credentials = { authorization: undefined, certificate: undefined, address: 'a' };
const right = { ...nobody, authorization: 'Bearer right' };
const wrong = { ...nobody, authorization: 'Bearer wrong' };

interface Door {
  readonly openReads?: boolean;
  readonly now?: () => number;
  readonly told?: string[];
}

function access({ openReads = true, now = () => 0, told = [] }: Door = {}): Access {
  const token = { matches: (given: string) => given === 'right' };
  return new Access({ token, openReads, now, onWrongToken: (address) => told.push(address) });
}

const code = (fn: () => unknown): unknown => {
  try {
    return fn();
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test.each([
  ['read', nobody, true, { by: 'anonymous' }],
  ['read', nobody, false, 'UNAUTHENTICATED'],
  ['write', nobody, true, 'UNAUTHENTICATED'],
  ['read', right, false, { by: 'admin' }],
  ['write', right, true, { by: 'admin' }],
  ['write', { ...nobody, authorization: 'bearer   right ' }, true, { by: 'admin' }],
  ['write', { ...nobody, authorization: 'Basic right' }, true, 'UNAUTHENTICATED'],
  ['write', { ...nobody, authorization: 'Bearer right or wrong' }, true, 'UNAUTHENTICATED'],
  ['read', wrong, true, 'UNAUTHENTICATED'],
  ['write', { ...nobody, certificate: 'ops' }, false, { by: 'mtls:ops' }],
] as const)('%s by %o, reads open: %s', (need, credentials, openReads, expected) => {
  expect(code(() => access({ openReads }).admit(need, credentials))).toEqual(expected);
});

test('of wrong tokens twenty a minute and address are answered, the right one always', () => {
  let nowMs = 0;
  const told: string[] = [];
  const door = access({ now: () => nowMs, told });
  const tries = Array.from({ length: 25 }, () => code(() => door.admit('read', wrong)));
  expect(tries.filter((each) => each === 'UNAUTHENTICATED')).toHaveLength(20);
  expect(tries.at(-1)).toBe('RESOURCE_EXHAUSTED');
  expect(told).toEqual(['a']);
  expect(door.admit('write', right)).toEqual({ by: 'admin' });
  expect(code(() => door.admit('read', { ...wrong, address: 'b' }))).toBe('UNAUTHENTICATED');
  nowMs = 60_000;
  expect(code(() => door.admit('read', wrong))).toBe('UNAUTHENTICATED');
});
