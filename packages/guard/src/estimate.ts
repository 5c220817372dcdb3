// What a call is charged whose provider did not report its usage, or only that of its beginning.
import { NO_USAGE, type Usage } from '@spendfuse/core';
import type { ResponseFacts, StreamFacts } from '@spendfuse/providers';
import type { Admitted, Plan } from './call.ts';
import type { TokenCounter } from './tokens.ts';

export interface Unreported {
  readonly plan: Plan;
  readonly admitted: Admitted;
  readonly tokens: TokenCounter;
  /** Undefined: there was no response. */
  readonly facts?: ResponseFacts | StreamFacts | undefined;
  /** Of the body of the response, as far as it came. */
  readonly bytes?: number | undefined;
  /** The response came to its end. */
  readonly isWhole: boolean;
}

/**
 * Never less than what was seen, and never more than what the call can have made: of the input the
 * bound it was admitted with, of the output what came since the last report, on top of that report.
 * Where a model makes output that it does not show, and where nothing was seen that could be counted,
 * that is all that was held.
 */
export async function estimatedUsage(unreported: Unreported): Promise<Usage> {
  const { plan, admitted, facts } = unreported;
  const reported = facts?.usage;
  return {
    ...NO_USAGE,
    webSearches: plan.facts.webSearches,
    ...reported,
    inputTokens: Math.max(reported?.inputTokens ?? 0, reported ? 0 : admitted.inputTokens),
    outputTokens: await outputOf(unreported),
  };
}

async function outputOf(unreported: Unreported): Promise<number> {
  const { plan, admitted } = unreported;
  const asked = askedOutput(plan, admitted);
  const { granted, inputTokens } = admitted;
  const held = granted ? Math.max(0, granted.held.tokens - inputTokens) : (asked ?? 0);
  const seen = await seenOutput(unreported);
  if (seen === undefined) return held;
  // A hold below the worst case has grown with the stream, and may have been passed.
  const isAllHeld = granted !== undefined && granted.heldOutputTokens === undefined;
  return Math.min(seen, isAllHeld ? held : (asked ?? Infinity));
}

/** Undefined where it is no bound of what was made. */
async function seenOutput(unreported: Unreported): Promise<number | undefined> {
  const { plan, facts, bytes = 0, isWhole, tokens } = unreported;
  const counted = facts?.usage?.outputTokens ?? 0;
  if (!facts || (plan.facts.hiddenOutput && counted === 0)) return undefined;
  // No token is shorter than a byte; of half a body nobody knows what the other half was.
  if (!('uncountedText' in facts)) return isWhole ? bytes : undefined;
  // A whole stream in which nothing was seen is one that cannot be read, and one of which nothing was
  // read may have been made all the same.
  if (isWhole ? facts.outputEvents === 0 : bytes === 0) return undefined;
  const { uncountedText, uncountedEvents } = facts;
  const query = { model: plan.call.model, texts: [uncountedText] };
  const exact = await tokens.countIfLoaded(query)?.catch(() => undefined);
  return counted + Math.max(exact ?? Buffer.byteLength(uncountedText), uncountedEvents);
}

/** Of all choices; undefined where nothing but the model limits it. */
export function askedOutput({ facts }: Plan, { granted }: Admitted): number | undefined {
  const perChoice = granted?.maxOutputTokens ?? facts.maxOutputTokens;
  return perChoice === undefined ? undefined : perChoice * facts.choices;
}
