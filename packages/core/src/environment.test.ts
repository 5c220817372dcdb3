// Which variables are told of as unknown, and what is guessed for them.
import { expect, test } from 'vitest';
import { unknownVariables, VARIABLES } from './environment.ts';

test.each([
  ['SPENDFUSE_ENDPONT', 'SPENDFUSE_ENDPOINT'],
  ['SPENDFUSE_LABEL', 'SPENDFUSE_LABELS'],
  ['SPENDFUSE_HOST', 'SPENDFUSE_HOSTS'],
  ['SPENDFUSE_ON_UNAVAILBLE', 'SPENDFUSE_ON_UNAVAILABLE'],
  ['SPENDFUSE_SPOOL', 'SPENDFUSE_SPOOL_DIR'],
  ['SPENDFUSE_TOKEN', 'SPENDFUSE_ADMIN_TOKEN'],
  ['SPENDFUSE_CONFIG_FILE', 'SPENDFUSE_CONFIG'],
])('%s: did you mean %s?', (name, meant) => {
  expect(unknownVariables(['PATH', name])).toEqual([
    `${name} is not known; did you mean ${meant}?`,
  ]);
});

test('for one that looks like none, nothing is guessed', () => {
  expect(unknownVariables(['SPENDFUSE_API_KEY'])).toEqual(['SPENDFUSE_API_KEY is not known']);
});

test('those that are known, and those of others, are not told of', () => {
  const kubernetes = [
    'SPENDFUSE_PORT',
    'SPENDFUSE_PORT_4750_TCP',
    'SPENDFUSE_PORT_4750_TCP_ADDR',
    'SPENDFUSE_SIDECAR_SERVICE_HOST',
    'SPENDFUSE_SIDECAR_SERVICE_PORT_GRPC',
  ];
  const ofTests = ['SPENDFUSE_TEST_LONG', 'SPENDFUSE_BENCH_SECONDS', 'SPENDFUSE_RECORDINGS'];
  const others = ['PATH', 'MY_SPENDFUSE_ENDPONT', 'SPENDFUSES'];
  expect(unknownVariables([...VARIABLES, ...kubernetes, ...ofTests, ...others])).toEqual([]);
});
