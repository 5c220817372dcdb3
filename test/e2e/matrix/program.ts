// A program that makes every call of an SDK, in each way that it can end, and prints what it has seen.
import { BudgetExceededError, runAs } from 'spendfuse';
import {
  ARRIVED,
  CELL,
  cellOf,
  CHUNKS,
  type Outcome,
  OUTCOMES,
  type Seen,
  type SeenError,
} from './cells.ts';
import { clients, type Style } from './clients.ts';
import type { Family } from './sdks.ts';

/** After these items the program leaves a stream, or aborts it. */
const ITEMS = 3;
/** After which every stream still goes on. */
const DEFAULT_CHUNKS = 12;

export async function runProgram(sdk: unknown): Promise<void> {
  const { MATRIX_FAMILY = '', MATRIX_ORIGIN = '', MATRIX_GUARDED = '' } = process.env;
  const { styles, clientOf } = clients[MATRIX_FAMILY as Family];
  process.stdin.unref();
  const all: Seen[] = [];
  const iterates = new Set<Style>();
  for (const outcome of OUTCOMES) {
    // Unguarded programs have no one to refuse them.
    if (outcome === 'denied' && !MATRIX_GUARDED) continue;
    for (const [position, style] of styles.entries()) {
      if ((outcome === 'left' || outcome === 'aborted midway') && !iterates.has(style)) continue;
      const cell = cellOf({ style: position, outcome });
      const chunks = style.streams ? String(style.chunks ?? DEFAULT_CHUNKS) : '';
      const client = clientOf(sdk as never, {
        origin: MATRIX_ORIGIN,
        headers: { [CELL]: cell, [CHUNKS]: chunks },
        retries: outcome !== 'cut',
      });
      const labels = { cell, ...(outcome === 'denied' ? { purse: 'empty' } : {}) };
      const seen = await runAs(labels, () =>
        call({ style, client, outcome, onItem: () => iterates.add(style) }),
      );
      all.push({ style: position, name: style.name, outcome, ...seen });
    }
  }
  console.log(JSON.stringify(all));
  // A stream that was left may keep its connection until it is collected.
  setInterval(() => globalThis.gc?.(), 20).unref();
}

interface Call {
  readonly style: Style;
  readonly client: unknown;
  readonly outcome: Outcome;
  readonly onItem: () => void;
}

async function call({ style, client, outcome, onItem }: Call): Promise<Partial<Seen>> {
  const controller = new AbortController();
  const items = Math.min(ITEMS, style.chunks ?? ITEMS);
  if (outcome === 'aborted') {
    process.stdin.once('data', (text) => {
      if (String(text).includes(ARRIVED)) controller.abort();
    });
  }
  let heard = 0;
  const goesOn = (seen: number): boolean => {
    onItem();
    heard = seen;
    if (outcome === 'aborted midway' && seen === items) controller.abort();
    return outcome !== 'left' || seen < items;
  };
  try {
    const result = await style.run(client as never, controller.signal, goesOn);
    // How much of it still comes after an abort depends on the moment, and so does how far a helper,
    // which reads ahead, has filled in the message that its first event shows.
    if (outcome === 'aborted midway') return {};
    return { result: outcome === 'left' ? heard : result };
  } catch (error) {
    return { error: describe(error) };
  }
}

function describe(error: unknown): SeenError {
  const { name, message, constructor } = error as Error;
  return {
    name:
      constructor.name === 'Error' || constructor.name === 'DOMException' ? name : constructor.name,
    message,
    isOurs: error instanceof BudgetExceededError,
    reason: BudgetExceededError.from(error)?.reason,
  };
}
