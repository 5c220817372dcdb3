// For spend that no LLM API bills: a function that runs under a reservation of its own.
import {
  type Amounts,
  BUILT_IN_UNITS,
  CUSTOM_UNIT,
  invalid,
  isAmount,
  parseUsd,
} from '@spendfuse/core';
import type { Spent } from '@spendfuse/guard';
import { threadRuntime } from './thread-runtime.ts';

/** Custom units have an underscore in their name: `tool_calls`, `pages_read`. */
export interface SpentAmounts {
  readonly [unit: `${string}_${string}`]: number | undefined;
  /** USD: `'$0.02'`, `'0.02'` or `0.02`. Goes before prices of the budgets file. */
  readonly cost?: string | number | undefined;
}

export interface ToReserve extends SpentAmounts {
  /** What budgets, prices and spans call it; the provider is `tool`. Default `unnamed`. */
  readonly name?: string | undefined;
  /** Ends the wait for room in a budget; `fn` sees to itself. */
  readonly signal?: AbortSignal | undefined;
}

export interface Reserved {
  /**
   * What it took in all, where that is not what was reserved. The latest word holds; an amount that is
   * not named stays as it was reserved. Does nothing when `fn` is over.
   * @throws SpendfuseError `INVALID_ARGUMENT` naming the amount that is none.
   */
  readonly used: (amounts: SpentAmounts) => void;
}

/**
 * Reserves the most that `fn` may take, runs it, and charges what it took:
 *
 *     await withReservation({ tool_calls: 1, cost: '$0.02', name: 'search' }, async ({ used }) => {
 *       const answer = await search(query);
 *       used({ cost: answer.priceUsd });
 *       return answer.hits;
 *     });
 *
 * Labels are those of `runAs`. Without SPENDFUSE_ENDPOINT `fn` just runs. Where `fn` throws, what it
 * said that it used is charged, else all that was reserved: how far it came nobody else can tell.
 * @throws BudgetExceededError where a budget refuses; SpendfuseError `INVALID_ARGUMENT` naming the
 * amount that is none; the reason of the signal. `fn` is not run then.
 */
export async function withReservation<T>(
  { name = 'unnamed', signal, ...given }: ToReserve,
  fn: (reserved: Reserved) => T | Promise<T>,
): Promise<T> {
  const amounts = amountsOf(given);
  if (typeof fn !== 'function') throw invalid('fn', 'is no function to run');
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME_LENGTH) {
    throw invalid('name', `is a text of 1 to ${MAX_NAME_LENGTH} characters`);
  }
  const runtime = await threadRuntime();
  if (!runtime) return fn(reservedBy(undefined));
  const spending = { provider: 'tool', model: name, toolName: name, amounts, signal } as const;
  return runtime.guard.spend(spending, (spent) => fn(reservedBy(spent)));
}

const MAX_NAME_LENGTH = 256;

function reservedBy(spent: Spent | undefined): Reserved {
  return {
    used(given) {
      const amounts = amountsOf(given);
      spent?.used(amounts);
    },
  };
}

/** Money in nano-USD. @throws SpendfuseError `INVALID_ARGUMENT` naming the amount at fault. */
function amountsOf(given: SpentAmounts): Amounts {
  const said = Object.entries(given).filter(([, amount]) => amount !== undefined);
  return Object.fromEntries(said.map(([unit, amount]) => [unit, amountOf(unit, amount)]));
}

function amountOf(unit: string, amount: unknown): number {
  if (unit === 'cost') return nanoUsdOf(amount);
  if ((BUILT_IN_UNITS as readonly string[]).includes(unit)) {
    throw invalid(unit, 'is counted from calls themselves and cannot be given');
  }
  if (!CUSTOM_UNIT.test(unit)) {
    throw invalid(unit, 'is neither cost nor a custom unit, which has an underscore: tool_calls');
  }
  if (!isAmount(amount)) throw invalid(unit, `${String(amount)} is no whole number from 0 up`);
  return amount;
}

/** A number of USD may be the result of an arithmetic in floats, whose last digit means nothing. */
function nanoUsdOf(cost: unknown): number {
  if (typeof cost === 'string') return parseUsd(cost, 'cost');
  const nano = Math.ceil(Number((Number(cost) * 1e9).toPrecision(15)));
  if (typeof cost === 'number' && isAmount(nano)) return nano;
  throw invalid('cost', `${String(cost)} is no amount of USD; write it like '$0.25' or 0.25`);
}
