// A program that makes every call of an SDK, in each way that it can end, and tells what it has seen.
import { setImmediate as turn } from 'node:timers/promises';
import { BudgetExceededError, runAs } from 'spendfuse';
import {
  ARRIVED,
  CELL,
  cellOf,
  CHUNKS,
  DONE,
  type Outcome,
  OUTCOMES,
  type Seen,
  type SeenError,
} from './cells.ts';
import type { Family, Style } from './family.ts';

/**
 * The provider sends so much, and the program leaves or aborts a stream when it has seen all of that:
 * so what was made has passed. Every stream still goes on then.
 */
const DEFAULT_CHUNKS = 8;

export async function runProgram(sdk: unknown): Promise<void> {
  const {
    MATRIX_FAMILY = '',
    MATRIX_SDK = '',
    MATRIX_ORIGIN = '',
    MATRIX_GUARDED = '',
  } = process.env;
  // Only this one, for the file may import parts of an SDK.
  const { family } = (await import(`./families/${MATRIX_FAMILY}.ts`)) as { family: Family };
  const { styles, clientOf, sdks } = family;
  const { without = [] } = sdks.find(({ module }) => module === MATRIX_SDK) ?? {};
  process.stdin.unref();
  const iterates = new Set<Style>();
  for (const outcome of OUTCOMES) {
    // Unguarded programs have no one to refuse them.
    if (outcome === 'denied' && !MATRIX_GUARDED) continue;
    for (const [position, style] of styles.entries()) {
      if (without.includes(style.name) || style.never?.includes(outcome)) continue;
      if ((outcome === 'left' || outcome === 'aborted midway') && !iterates.has(style)) continue;
      const cell = cellOf({ style: position, outcome });
      const chunks = style.streams ? String(style.chunks ?? DEFAULT_CHUNKS) : '';
      const client = clientOf(sdk as never, {
        origin: MATRIX_ORIGIN,
        headers: { [CELL]: cell, [CHUNKS]: chunks },
        // Of what is tried again, only a refusal must not be.
        retries: outcome === 'denied',
      });
      const labels = { cell, ...(outcome === 'denied' ? { purse: 'empty' } : {}) };
      const seen = await runAs(labels, () =>
        call({ style, client, outcome, onItem: () => iterates.add(style) }),
      );
      tell({ style: position, name: style.name, outcome, ...seen });
    }
  }
  console.log(DONE);
  // A stream that was left may keep its connection until it is collected.
  setInterval(() => globalThis.gc?.(), 20).unref();
}

function tell(seen: Seen): void {
  console.log(JSON.stringify(seen));
}

interface Call {
  readonly style: Style;
  readonly client: unknown;
  readonly outcome: Outcome;
  readonly onItem: () => void;
}

async function call({ style, client, outcome, onItem }: Call): Promise<Partial<Seen>> {
  const controller = new AbortController();
  const items = (style.chunks ?? DEFAULT_CHUNKS) - (style.unheard ?? 0);
  if (outcome === 'aborted') {
    process.stdin.once('data', (text) => {
      if (String(text).includes(ARRIVED)) void collect().then(() => controller.abort());
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

/** A program that waits for its answer collects garbage some time: no abort may be lost by that. */
async function collect(): Promise<void> {
  for (let times = 0; times < 3; times++) {
    await turn();
    globalThis.gc?.();
  }
}

function describe(error: unknown): SeenError {
  const { name, message, constructor } = error as Error;
  return {
    name:
      constructor.name === 'Error' || constructor.name === 'DOMException' ? name : constructor.name,
    message: message.replaceAll(process.env['MATRIX_ORIGIN'] ?? '', 'ORIGIN'),
    isOurs: error instanceof BudgetExceededError,
    reason: BudgetExceededError.from(error)?.reason,
  };
}
