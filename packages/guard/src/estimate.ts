// What a call is charged whose provider did not report its usage, or only that of its beginning.
import { NO_USAGE, type Usage } from '@spendfuse/core';
import type { ResponseFacts, StreamFacts } from '@spendfuse/providers';
import type { Admitted, Plan } from './call.ts';
import type { Ending } from './open-body.ts';
import type { TokenCounter } from './tokens.ts';

export interface Unreported {
  readonly plan: Plan;
  readonly admitted: Admitted;
  /** Of input and output together, where the hold has grown since it was granted. */
  readonly heldTokens: number | undefined;
  /** Undefined: there was no response. */
  readonly received: Received | undefined;
  readonly tokens: TokenCounter;
}

/** A response, as far as it came. */
export interface Received {
  readonly status: number;
  readonly facts: ResponseFacts | StreamFacts;
  readonly ending: Ending;
  /** Of the body. */
  readonly bytes: number;
  /** Output may have passed that was not read. */
  readonly hasUnread: boolean;
}

/**
 * Never less than what was seen, and never more than what the call can have made. Of the input: what
 * was reported, else the bound it was admitted with. Of the output: what was reported, and what came
 * since that report. Where more may have been made than was seen, that is at least all that is held.
 */
export async function estimatedUsage(unreported: Unreported): Promise<Usage> {
  return roughUsage(unreported, await countSeen(unreported));
}

/** As `estimatedUsage`, at once. `exact`: tokens of the text that was seen, where they were counted. */
export function roughUsage(unreported: Unreported, exact?: number): Usage {
  const { plan, admitted, received } = unreported;
  const reported = received?.facts.usage;
  const inputTokens = inputOf(reported, { plan, admitted });
  const made = outputOf(unreported, exact);
  const outputTokens = Math.min(made, Number.MAX_SAFE_INTEGER - inputTokens);
  return {
    ...NO_USAGE,
    ...(reported ? reported : mediaOf(plan, { inputTokens, outputTokens })),
    inputTokens,
    outputTokens,
    // Those that ran after the report are in no report.
    webSearches: Math.max(plan.facts.webSearches, reported?.webSearches ?? 0),
  };
}

/** How much of it is audio or images, which cost more than text. */
function mediaOf(
  { input, facts }: Plan,
  { inputTokens, outputTokens }: Pick<Usage, 'inputTokens' | 'outputTokens'>,
): Partial<Usage> {
  const { audioTokens = 0, imageTokens = 0 } = input;
  return {
    inputAudioTokens: Math.min(audioTokens, inputTokens),
    inputImageTokens: Math.min(imageTokens, inputTokens),
    outputAudioTokens: facts.outputMedia === 'audio' ? outputTokens : 0,
    outputImageTokens: facts.outputMedia === 'image' ? outputTokens : 0,
  };
}

/** Tools that the provider runs add input while the call goes on. No call has none at all. */
function inputOf(
  reported: Usage | undefined,
  { plan, admitted }: Pick<Unreported, 'plan' | 'admitted'>,
): number {
  if (!reported?.inputTokens) return admitted.inputTokens;
  if (!plan.facts.softInput) return reported.inputTokens;
  return Math.max(reported.inputTokens, admitted.inputTokens);
}

function outputOf(unreported: Unreported, exact: number | undefined): number {
  const { plan, admitted, received } = unreported;
  // Then it is the input that is to be estimated.
  if (received?.facts.lacksInput) return received.facts.usage?.outputTokens ?? 0;
  const seen = received ? seenOutput({ plan, received, exact }) : 0;
  const asked = askedOutput(plan, admitted);
  const held = heldOutput(unreported) ?? asked ?? 0;
  const made = received && isAllSeen(plan, received) ? seen : Math.max(seen, held);
  // A hold below the worst case grows with the stream, and may have been passed.
  const isAllHeld = admitted.granted !== undefined && !isAdaptive(admitted);
  const most = isAllHeld ? held : (asked ?? Infinity);
  return Math.max(received?.facts.usage?.outputTokens ?? 0, Math.min(made, most));
}

/** Undefined where there was no decision, and so there is no hold. */
function heldOutput({ admitted, heldTokens }: Unreported): number | undefined {
  const { granted, inputTokens } = admitted;
  return granted && Math.max(0, (heldTokens ?? granted.held.tokens) - inputTokens);
}

function isAdaptive({ granted }: Admitted): boolean {
  return granted?.heldOutputTokens !== undefined;
}

/** Billed and not shown: what ends an answer, one token, and up to 33 around a call of a tool. */
const ANSWER_FRAMING = 2;
const TOOL_CALL_FRAMING = 48;

/** Undefined where there is no text, or no tokenizer for it in memory. */
async function countSeen({ plan, received, tokens }: Unreported): Promise<number | undefined> {
  if (!received || !('uncountedText' in received.facts)) return undefined;
  const query = { model: plan.call.model, texts: [received.facts.uncountedText] };
  return tokens.countIfLoaded(query)?.catch(() => undefined);
}

interface Seen extends Pick<Unreported, 'plan'> {
  readonly received: Received;
  readonly exact: number | undefined;
}

/** Tokens, or a bound of them: no token is shorter than a byte of text. */
function seenOutput({ plan, received, exact }: Seen): number {
  const { status, facts, bytes, hasUnread } = received;
  // A gateway's page that says it gave up waiting is no output of the model, and audio is no text.
  const { bytesPerOutputToken: each } = plan.facts;
  if (!('uncountedText' in facts)) {
    if (status >= 400 || facts.billsInput) return 0;
    if (each !== undefined) return Math.ceil(bytes / each);
    return hasUnread ? 0 : bytes;
  }
  const { uncountedText, uncountedEvents, uncountedToolCalls = 0 } = facts;
  // The bytes of a text have room for what ends it, its count has not.
  const text = exact === undefined ? Buffer.byteLength(uncountedText) : exact + ANSWER_FRAMING;
  const uncounted = Math.max(text + TOOL_CALL_FRAMING * uncountedToolCalls, uncountedEvents);
  return (facts.usage?.outputTokens ?? 0) + uncounted;
}

/** Whether what was seen is all that was made until the end. */
function isAllSeen(plan: Plan, { status, facts, ending, hasUnread, bytes }: Received): boolean {
  const isWhole = ending === 'ended' || ending === 'terminal';
  if (facts.billsInput) return true;
  if (status >= 400) return false;
  if (hasUnread && plan.facts.bytesPerOutputToken === undefined) return false;
  // Of half a body nobody knows what the other half was.
  if (!('uncountedText' in facts)) return isWhole && !plan.facts.hiddenOutput;
  if (plan.facts.hiddenOutput && !facts.usage?.outputTokens) return false;
  // Nobody has told the provider to stop: it may go on, and the caller may yet read on.
  if (ending === 'idle') return false;
  // A whole stream in which nothing was seen is one that cannot be read, unless it says why it ended;
  // and one of which nothing was read may have been made all the same.
  const hasFailed = facts.errorType !== undefined && facts.usage !== undefined;
  return isWhole ? facts.outputEvents > 0 || hasFailed : bytes > 0;
}

/** Of all choices; undefined where nothing but the model limits it. */
export function askedOutput({ facts }: Plan, { granted }: Admitted): number | undefined {
  const perChoice = granted?.maxOutputTokens ?? facts.maxOutputTokens;
  return perChoice === undefined ? undefined : perChoice * facts.choices;
}
