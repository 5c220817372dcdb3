// Variables of the environment in a budgets file: where they may stand, and that none is shown.
import { describe, expect, test } from 'vitest';
import { parseConfig } from './load.ts';

const env = {
  LIMIT: '$7/day',
  DOLLARS: '7',
  SCOPES: '12',
  EMPTY: '',
  TEAM: 'search',
  SECRET: 'correct-horse',
  LIST: '[$1/day, $2/week]',
};

function limitsOf(text: string) {
  return parseConfig(`budgets:\n  - id: a\n    ${text}\n`, { env }).budgets[0]?.limits;
}

function amountsOf(text: string) {
  return limitsOf(text)?.map(({ amount }) => amount);
}

function errorOf(text: string): string {
  try {
    parseConfig(text, { env });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

describe('a variable', () => {
  test.each([
    ['limits: ${LIMIT}', 7e9],
    ['limits: ["${LIMIT}"]', 7e9],
    ['limits: $5/day', 5e9],
    ['limits: ${NONE:-$3/day}', 3e9],
    ['limits: ${EMPTY:-$4/day}', 4e9],
    ['limits: ${LIMIT:-$4/day}', 7e9],
    // A dollar before a variable is written outside of it.
    ['limits: "$0.${DOLLARS}/day"', 7e8],
  ])('%s', (text, amount) => {
    expect(amountsOf(text)).toEqual([amount]);
  });

  test('stands for a number where it is one, and bare', () => {
    const text = 'budgets: \n  id: a\n  limits: $1\n  maxScopes: ${SCOPES}\n';
    expect(parseConfig(text, { env }).budgets[0]?.maxScopes).toBe(12);
  });

  test('is written with two dollars to stand for itself', () => {
    const text = 'budgets:\n  - id: a\n    limits: $1\n    match: { team: "$${TEAM}-${TEAM}" }\n';
    expect(parseConfig(text, { env }).budgets[0]?.match).toEqual({ team: ['${TEAM}-search'] });
  });

  test('is never read as YAML', () => {
    expect(() => limitsOf('limits: ${LIST}')).toThrowError(/"\$\{LIST\}" is no limit/);
  });

  test('is replaced in values, not in keys', () => {
    const text = 'budgets:\n  - id: a\n    limits: $1\n    match: { "${TEAM}": x }\n';
    expect(errorOf(text)).toMatch(/"\$\{TEAM\}" is no name of a label/);
  });

  test('that an anchor repeats is replaced once', () => {
    const text = 'budgets:\n  - { id: a, limits: &l "${LIMIT}" }\n  - { id: b, limits: *l }\n';
    const amounts = parseConfig(text, { env }).budgets.map(({ limits }) => limits[0]?.amount);
    expect(amounts).toEqual([7e9, 7e9]);
  });
});

describe('what a variable holds is in no error', () => {
  test.each([
    ['budgets:\n  - id: ${SECRET} x\n    limits: $1\n', /"\$\{SECRET\} x" is no id of a budget/],
    ['budgets:\n  - id: a\n    limits: $1/${SECRET}\n', /what \$1\/\$\{SECRET\} stands for/],
    ['zone: ${SECRET}\nbudgets: { id: a, limits: $1 }\n', /"\$\{SECRET\}" is no IANA time zone/],
    ['budgets:\n  - id: a\n    limits: $1\n    mode: ${SECRET}\n', /not "\$\{SECRET\}"/],
    ['budgets:\n  - id: a\n    limits: $1\n    hold: { x: "${SECRET}" }\n', /not a mapping/],
    [
      'budgets:\n  - { id: "${TEAM}", limits: $1 }\n  - { id: "${TEAM}", limits: $2 }\n',
      /there is a budget "\$\{TEAM\}" already/,
    ],
  ])('%s', (text, expected) => {
    const message = errorOf(text);
    expect(message).toMatch(expected);
    expect(message).not.toMatch(/correct|horse|search/);
  });
});
