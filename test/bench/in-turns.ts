// Two cases in turns, a block of calls of one, then of the other, so that both meet the same machine.
import { median } from './load.ts';

export interface Case<Calls> {
  /** What the calls of a block need; not counted. */
  readonly make: () => Calls;
  readonly carryOut: (calls: Calls) => void | Promise<void>;
  /** Takes back what they did; not counted. */
  readonly undo: (calls: Calls) => void | Promise<void>;
}

/** For each call: the median of the blocks' wall time, and the mean of this thread's CPU time. */
export interface Taken {
  readonly p50Us: number;
  readonly cpuUs: number;
}

export interface InTurnsOptions<Calls, Name extends string> {
  readonly cases: Readonly<Record<Name, Case<Calls>>>;
  readonly callsPerBlock: number;
  readonly rounds: number;
}

export async function inTurns<Calls, Name extends string>(
  options: InTurnsOptions<Calls, Name>,
): Promise<Readonly<Record<Name, Taken>>> {
  const { cases, callsPerBlock, rounds } = options;
  const names = Object.keys(cases) as Name[];
  const blocksUs = new Map(names.map((name) => [name, [] as number[]]));
  const cpuUs = new Map(names.map((name) => [name, 0]));
  // The first fifth warms up.
  for (let round = -Math.ceil(rounds / 4); round < rounds; round++) {
    for (const name of names) {
      const { make, carryOut, undo } = cases[name];
      const calls = make();
      const cpu = process.threadCpuUsage();
      const startMs = performance.now();
      await carryOut(calls);
      const wallUs = (performance.now() - startMs) * 1000;
      const { user, system } = process.threadCpuUsage(cpu);
      await undo(calls);
      if (round < 0) continue;
      blocksUs.get(name)?.push(wallUs / callsPerBlock);
      cpuUs.set(name, (cpuUs.get(name) ?? 0) + user + system);
    }
  }
  const taken = names.map((name) => {
    const p50Us = median(blocksUs.get(name) ?? []);
    return [name, { p50Us, cpuUs: (cpuUs.get(name) ?? 0) / rounds / callsPerBlock }] as const;
  });
  return Object.fromEntries(taken) as Record<Name, Taken>;
}
