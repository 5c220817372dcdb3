// Plays every scenario in the worlds given, one test each.
import { describe, it } from 'vitest';
import { Cells } from './cells.ts';
import { play } from './play.ts';
import { scenarios } from './scenarios.ts';
import type { WorldKind } from './world.ts';

/** @returns what the scenarios have been through, once they are played. */
export function playAll(kinds: readonly WorldKind[]): Cells {
  const cells = new Cells();
  describe.each(kinds)('$name', (kind) => {
    const played = scenarios.filter(({ crashes }) => kind.isKept || !crashes);
    it.each(played)('$title', async (each) => {
      await using world = await kind.open(each.config);
      await play(each, world, cells.begin());
    });
  });
  return cells;
}
