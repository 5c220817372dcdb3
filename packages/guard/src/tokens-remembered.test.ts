// What was counted is not counted again, and what is remembered does not grow without end.
import { beforeEach, expect, test } from 'vitest';
import { remembered } from './tokens-remembered.ts';

let counted: string[];
let count: (text: string) => number;

beforeEach(() => {
  counted = [];
  count = remembered((text) => {
    counted.push(text);
    return text.length;
  });
});

const message = (i: number): string => `Message ${i} of a conversation. `.repeat(10);

test('of an agent that sends its whole history every turn, only what is new is counted', () => {
  const history: string[] = [];
  for (let turn = 0; turn < 100; turn++) {
    history.push(message(turn));
    const tokens = history.reduce((sum, text) => sum + count(text), 0);
    expect(tokens).toBe(history.join('').length);
  }
  expect(counted).toEqual(history);
});

test('what has not been asked for in a long time is forgotten first', () => {
  for (let i = 0; i < 10_000; i++) count(message(i));
  count(message(0));
  count(message(10_000));
  counted = [];
  count(message(0));
  expect(counted).toEqual([]);
  count(message(1));
  expect(counted).toEqual([message(1)]);
});
