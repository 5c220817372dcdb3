// What is learned from a response, piece by piece: a whole one is a stream of one piece.
import type { Usage } from '@spendfuse/core';
import type { ResponseFacts, StreamFacts } from '../provider.ts';
import { billedSearches } from './models.ts';

export interface Learned {
  usage: Usage | undefined;
  id: string | undefined;
  model: string | undefined;
  tier: string | undefined;
  finishReasons: readonly string[];
  errorType: string | undefined;
  /** The prompt was refused: there is no answer, and no other report of it may come. */
  isBlocked: boolean;
  /** Searches by their queries: a stream names some of them more than once. */
  readonly queries: Set<string>;
  /** Answers that have begun, and those that are complete, by their place. */
  readonly begun: Set<number>;
  readonly finished: Set<number>;
  /** Since the last report of usage that counts output. */
  uncounted: string;
  uncountedEvents: number;
  outputEvents: number;
}

export function nothingLearned(): Learned {
  return {
    usage: undefined,
    id: undefined,
    model: undefined,
    tier: undefined,
    finishReasons: [],
    errorType: undefined,
    isBlocked: false,
    queries: new Set(),
    begun: new Set(),
    finished: new Set(),
    uncounted: '',
    uncountedEvents: 0,
    outputEvents: 0,
  };
}

/** `hasOutput` although there is no text: a picture. */
export function learnOutput(learned: Learned, text: string, hasOutput: boolean): void {
  if (text === '' && !hasOutput) return;
  learned.uncounted += text;
  learned.uncountedEvents += 1;
  learned.outputEvents += 1;
}

/**
 * Counts are running totals, so that a later report replaces an earlier one. One that counts no
 * more output than before says nothing of what came since.
 */
export function learnUsage(learned: Learned, usage: Usage | undefined): void {
  if (!usage) return;
  if (usage.outputTokens > (learned.usage?.outputTokens ?? 0)) {
    learned.uncounted = '';
    learned.uncountedEvents = 0;
  }
  learned.usage = usage;
}

export function responseFacts(learned: Learned): ResponseFacts {
  const { usage, id, model, tier, finishReasons, errorType, isBlocked, queries } = learned;
  const webSearches = usage && (usage.webSearches || billedSearches(model ?? '', queries.size));
  return {
    usage: usage && { ...usage, webSearches: webSearches ?? 0 },
    id,
    model,
    tier,
    finishReasons,
    errorType,
    ...(isBlocked ? { billsInput: true } : undefined),
  };
}

export function streamFacts(learned: Learned): StreamFacts {
  const { begun, finished, uncounted, uncountedEvents, outputEvents } = learned;
  const facts = responseFacts(learned);
  const isFinished = facts.finishReasons.length > 0 && finished.size >= begun.size;
  return {
    ...facts,
    isUsageFinal: facts.usage !== undefined && isFinished,
    uncountedText: uncounted,
    uncountedEvents,
    outputEvents,
  };
}
