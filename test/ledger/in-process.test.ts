// The rules of the ledger as scenarios, in process; and that no rule and no cell is left out.
import { describe, expect, it } from 'vitest';
import { playAll } from './play-all.ts';
import { scenarios } from './scenarios.ts';
import { worldsInProcess } from './world.ts';

const cells = playAll(worldsInProcess);

describe('the scenarios', () => {
  it('have titles of their own', () => {
    const titles = scenarios.map(({ title }) => title);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  });

  it('are many, and name every rule three times or more', () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(150);
    const named = scenarios.flatMap(({ rules }) => rules);
    const rules = Array.from({ length: 12 }, (_, index) => `L${index + 1}`);
    expect(rules.filter((rule) => named.filter((one) => one === rule).length < 3)).toEqual([]);
  });

  it('go through every cell of the table of verbs and states', () => {
    expect(cells.missing()).toEqual([]);
  });
});
