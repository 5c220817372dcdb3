// SIGKILL at random moments under load: no acknowledged verb is lost, none is applied twice (L3, L4).
import { expect, it } from 'vitest';
import { allEntries, startTestSidecar } from '../support/sidecar.ts';
import { ADMIN_TOKEN, CONFIG, runKills } from './kill-run.ts';

const KILLS = process.env['SPENDFUSE_TEST_LONG'] ? 40 : 3;
/** Each on a folder of its own: all of it is verified after each kill. */
const RUNS = process.env['SPENDFUSE_TEST_LONG'] ? 5 : 1;

it.each(Array.from({ length: RUNS }, (_, n) => n + 1))(
  `a sidecar as users start it loses nothing and doubles nothing over ${KILLS} kills (%i of ${RUNS})`,
  async () => {
    await using sidecar = await startTestSidecar({
      config: CONFIG,
      args: ['--log', 'error'],
      env: { SPENDFUSE_ADMIN_TOKEN: ADMIN_TOKEN },
    });
    const { model } = await runKills({ victim: sidecar, kills: KILLS });
    expect(model.acknowledged, 'the load was real').toBeGreaterThan(KILLS * 10);
    // The history as it is served, from the first life to the last.
    await sidecar.start();
    for (const verb of ['reserve', 'commit', 'release', 'record', 'expire']) {
      const served = (await allEntries(sidecar, verb)).map(({ id }) => id);
      const known = [...model.calls.values()].filter(({ found }) => found[verb]);
      expect(served.toSorted(), verb).toEqual(known.map(({ id }) => id).toSorted());
    }
    expect(await sidecar.stop()).toBe(0);
  },
  KILLS * 8000 + 60_000,
);
