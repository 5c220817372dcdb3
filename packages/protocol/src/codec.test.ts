// Integers survive exactly, whatever else this process has set up; what is malformed is an error.
import { fileURLToPath } from 'node:url';
import { runNode } from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { spendfuse } from '#wire';
import { codec } from './codec.ts';
import { budgetService } from './service.ts';

const extend = codec('ExtendRequest', spendfuse.v1.ExtendRequest);
const release = codec('ReleaseRequest', spendfuse.v1.ReleaseRequest);

test.each([
  0,
  1,
  -1,
  127,
  128,
  2 ** 28 - 1,
  2 ** 28,
  -(2 ** 28),
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  -(2 ** 32),
  2 ** 52 + 1,
  Number.MAX_SAFE_INTEGER - 1,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  9_007_199_254_740_990,
])('int64 %i comes back as the same number', (ttlMs) => {
  expect(extend.decode(extend.encode({ id: 'a', ttlMs })).ttlMs).toBe(ttlMs);
});

test.each([
  ['2^53', '80808080808080 10'],
  ['2^53 + 1', '81808080808080 10'],
  ['2^63 - 1', 'ffffffffffffffff 7f'],
  ['-2^63', '80808080808080808001'],
])('%s is never taken for a safe integer', (_, varint) => {
  const bytes = Buffer.from(`10${varint.replaceAll(' ', '')}`, 'hex');
  expect(Number.isSafeInteger(extend.decode(bytes).ttlMs)).toBe(false);
});

test.each([
  ['imported', ['--input-type=module'], 'const protocol = await import(PACKAGE);'],
  ['required', ['--input-type=commonjs'], 'const protocol = require(PACKAGE);'],
])('the same in plain Node, %s, where the library has Long', async (_, flags, load) => {
  const source = `
    const PACKAGE = ${JSON.stringify(fileURLToPath(new URL('index.ts', import.meta.url)))};
    ${load}
    const { responseSerialize, responseDeserialize } = protocol.budgetService.extend;
    const expiresAtMs = Number.MAX_SAFE_INTEGER;
    console.log(responseDeserialize(responseSerialize({ id: 'a', expiresAtMs })).expiresAtMs);
    console.log(responseDeserialize(Buffer.alloc(0)).expiresAtMs);`;
  const args = ['--conditions=@spendfuse/source', '--no-warnings', ...flags, '--eval', source];
  const { stdout, stderr } = await runNode({ args });
  expect(stderr).toBe('');
  expect(stdout).toBe('9007199254740991\n0\n');
});

test('an absent number reads as 0, an absent optional one as null', () => {
  const reply = budgetService.reserve.responseDeserialize(Buffer.alloc(0));
  expect(reply.waitedMs).toBe(0);
  expect(reply.heldCostNanoUsd).toBeNull();
});

test.each([
  ['cut off', '0a05616263'],
  ['a varint without an end', '10ffffffffffffffffffffff01'],
  ['ill-formed UTF-8', '0a02c328'],
  ['no message at all', 'ffffffff'],
])('%s: INVALID_ARGUMENT that names the message', (_, hex) => {
  const decode = () => extend.decode(Buffer.from(hex, 'hex'));
  expect(decode).toThrow(
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message: 'the message is no ExtendRequest',
    }),
  );
});

test('fields of a newer version are passed over', () => {
  const newer = Buffer.concat([release.encode({ id: 'a' }), Buffer.from('fa0703616263', 'hex')]);
  expect(Object.entries(release.decode(newer))).toEqual([['id', 'a']]);
});
