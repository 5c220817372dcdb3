// What a program of a framework is made of: scenarios side by side, each with a label of its own.
import { createInterface } from 'node:readline';
import { BudgetExceededError, runAs } from 'spendfuse';

export interface Scenario {
  readonly name: string;
  /** The budget it has: none of its own, no money, or so many requests. */
  readonly purse?: 'empty' | 'one' | 'two' | 'growing';
  readonly play: (moment: Moment) => Promise<unknown>;
}

export interface Moment {
  /** A question, which tells the provider of which scenario it is. */
  readonly prompt: string;
  /** Aborts when the provider has a request of this scenario and holds it. */
  readonly held: AbortSignal;
}

/** What a program has seen of a scenario. */
export interface Seen {
  readonly name: string;
  readonly result?: unknown;
  readonly error?: SeenError;
}

export interface SeenError {
  readonly name: string;
  readonly message: string;
  /** It is our class itself, and no error of the framework around it. */
  readonly isOurs: boolean;
  /** What `BudgetExceededError.from` finds in it. */
  readonly reason: string | undefined;
}

/** Before the line of JSON in which a program says what it has seen. */
export const MARK = 'SEEN ';

/** Plays all of them at once, prints what they saw, and lets the program come to its end. */
export async function runScenarios(scenarios: readonly Scenario[]): Promise<void> {
  const aborts = new Map(scenarios.map(({ name }) => [name, new AbortController()]));
  const input = createInterface({ input: process.stdin });
  input.on('line', (name) => aborts.get(name)?.abort());
  const seen = await Promise.all(
    scenarios.map(({ name, purse, play }) => {
      const prompt = `[${name}] What is a fuse?`;
      const held = aborts.get(name)!.signal;
      const labels = { cell: name, ...(purse ? { purse } : {}) };
      return runAs(labels, () => see(name, () => play({ prompt, held })));
    }),
  );
  console.log(MARK + JSON.stringify(seen));
  input.close();
  process.stdin.destroy();
}

async function see(name: string, play: () => Promise<unknown>): Promise<Seen> {
  try {
    return { name, result: await play() };
  } catch (error) {
    return { name, error: described(error) };
  }
}

export function described(error: unknown): SeenError {
  const { name, message } = error as Error;
  return {
    name,
    message,
    isOurs: error instanceof BudgetExceededError,
    reason: BudgetExceededError.from(error)?.reason,
  };
}

/** Every item of a stream. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
