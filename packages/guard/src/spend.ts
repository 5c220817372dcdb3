// What is spent otherwise than by an LLM call: a hold for as long as a function runs, then what it used.
import { type Amounts, NO_USAGE } from '@spendfuse/core';
import type { CountableInput, RequestFacts } from '@spendfuse/providers';
import { admit, refuseUndecided } from './admit.ts';
import { atMost } from './at-most.ts';
import type { Plan, Tools } from './call.ts';
import { callLabels } from './context.ts';
import { errorTypeOf } from './outcome.ts';
import { Reservation } from './reservation.ts';
import { EXECUTE_TOOL } from './telemetry/semconv.ts';
import type { CallTelemetry } from './telemetry/telemetry.ts';

export interface Spending {
  /** Who is called: the program itself, or an MCP server. Both are free unless someone says a price. */
  readonly provider: 'tool' | 'mcp';
  /** As budgets and prices name it: `web_search`, `github/create_issue`. */
  readonly model: string;
  readonly toolName: string;
  /** The most that it may take. */
  readonly amounts: Amounts;
  /** Ends the wait for room. */
  readonly signal?: AbortSignal | undefined;
}

/** For the function to say what it took. */
export interface Spent {
  /** In all; the latest word holds. An amount that is not named stays what was reserved. */
  readonly used: (amounts: Amounts) => void;
}

/**
 * Contract: `fn` runs exactly once, or (where a budget refuses) never. What it said that it used is
 * charged, also where it then throws; of the rest, all that was reserved, because nobody else can tell
 * how far it came.
 */
export async function spend<T>(
  tools: Tools,
  spending: Spending,
  fn: (spent: Spent) => T | Promise<T>,
): Promise<T> {
  const { signal, toolName } = spending;
  let plan: Plan;
  let telemetry: CallTelemetry;
  try {
    plan = planOf(tools, spending);
    telemetry = tools.telemetry.begin({ call: plan.call, toolName });
  } catch (error) {
    await refuseUndecided(tools, error);
    return fn(UNCOUNTED);
  }
  const { id, reservedAtMs, granted } = await admit(tools, { plan, telemetry, signal });
  const { authority, times } = tools;
  const { ttlMs } = times;
  const extendEveryMs = granted ? times.extendEveryMs : undefined;
  const { call } = plan;
  const reservation = new Reservation({ authority, id, call, reservedAtMs, ttlMs, extendEveryMs });
  let told: Amounts | undefined;
  const end = async (errorType: string | undefined): Promise<void> => {
    const isKnown = told !== undefined || errorType === undefined;
    const settled = settle(
      { reservation, telemetry, errorType, isKnown },
      { ...plan.amounts, ...told },
    );
    await atMost(times.closeWaitMs, settled);
  };
  const spent: Spent = {
    used(amounts) {
      told = { ...told, ...amounts };
    },
  };
  let result: T;
  try {
    result = await telemetry.run(() => fn(spent));
  } catch (error) {
    await end(errorTypeOf(error, signal));
    throw error;
  }
  await end(undefined);
  return result;
}

const UNCOUNTED: Spent = { used() {} };

interface Ending {
  readonly reservation: Reservation;
  readonly telemetry: CallTelemetry;
  /** Of what was thrown. */
  readonly errorType: string | undefined;
  /** The amounts are what it took, not what it may have taken. */
  readonly isKnown: boolean;
}

/** Never rejects. */
async function settle(ending: Ending, amounts: Amounts): Promise<void> {
  const { reservation, telemetry, errorType, isKnown } = ending;
  const usageSource = isKnown ? 'provider' : 'estimated';
  const committed = await reservation.commit({ usage: NO_USAGE, usageSource, amounts });
  telemetry.end({
    usage: undefined,
    usageSource,
    committed,
    response: undefined,
    errorType,
    isCut: false,
  });
}

/** There are no tokens: nothing to count, to clamp or to downgrade. */
const NO_INPUT: CountableInput = { texts: [], extraTokens: 0, maxTokens: 0 };
const NO_TOKENS: Omit<RequestFacts, 'model'> = {
  stream: false,
  maxOutputTokens: 0,
  choices: 1,
  clampable: false,
  downgradable: false,
  tier: undefined,
  softInput: false,
  wantsUsageOption: false,
  hiddenOutput: false,
  webSearches: 0,
};

/** @throws SpendfuseError where nobody can tell who spends. */
function planOf(tools: Tools, { provider, model, amounts }: Spending): Plan {
  return {
    call: { labels: callLabels(tools), provider, model, operation: EXECUTE_TOOL },
    body: {},
    facts: { model, ...NO_TOKENS },
    input: NO_INPUT,
    amounts,
  };
}
