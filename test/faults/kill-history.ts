// The history against what callers know: every acknowledged verb once, nothing twice, nothing invented.
import type { Entry } from '@spendfuse/authority';
import { isAcknowledged, type KnownCall, mayHaveHappened, type Model } from './kill-model.ts';

/** One sentence for each entry that should not be there. Takes note of those that should. */
export function notedEntries(model: Model, entries: readonly Entry[]): readonly string[] {
  return entries.flatMap((entry) => {
    const wrong = noteEntry(model, entry);
    return wrong === undefined ? [] : [`${entry.verb} ${entry.id} ${wrong}`];
  });
}

function noteEntry(model: Model, entry: Entry): string | undefined {
  const { verb, id } = entry;
  // Of administration: told apart by `kill-admin.ts`.
  if (verb === 'reset' || verb === 'configure') return undefined;
  const call = model.calls.get(id);
  if (!call) return 'is of a call that nobody made';
  const count = (call.found[verb] ?? 0) + 1;
  call.found[verb] = count;
  switch (verb) {
    case 'deny':
      return call.acts.reserve.length > 0 ? undefined : 'was never asked for';
    case 'expire':
      return count > 1 ? 'is there twice' : undefined;
    case 'extend': {
      // At a start, what would expire soon is extended (L10), and the client sends again what had no
      // answer: of one call, that is one extend at the most.
      const most = call.acts.extend.length + 2 * (model.restarts - call.bornAfter);
      return count > most ? 'is there more often than it was sent' : undefined;
    }
    default:
      if (count > 1) return 'is there twice';
      return wrongVerb(call, entry);
  }
}

function wrongVerb(call: KnownCall, { verb, usage, heldNanoUsd }: Entry): string | undefined {
  const { reserve, commit, release, record } = call.acts;
  switch (verb) {
    case 'reserve':
      if (!mayHaveHappened(reserve)) return 'was denied, or never sent';
      return heldNanoUsd === String(call.held) ? undefined : `holds ${heldNanoUsd}`;
    case 'release':
      // The client gives up a reserve without an answer by a release of its own.
      if (mayHaveHappened(release) || reserve.some(({ fate }) => fate !== 'acknowledged')) return;
      return 'was never sent';
    default: {
      if (!mayHaveHappened(verb === 'commit' ? commit : record)) return 'was never sent';
      return usage?.inputTokens === call.used ? undefined : `has ${usage?.inputTokens} tokens`;
    }
  }
}

/** Acknowledged verbs, up to a time, that have no entry. */
export function lostVerbs(model: Model, beforeMs: number): readonly string[] {
  return [...model.calls.values()].flatMap(({ id, acts, found }) =>
    (['reserve', 'commit', 'release', 'extend', 'record'] as const)
      .filter((verb) => isAcknowledged(acts[verb], beforeMs) && !found[verb])
      .map((verb) => `${verb} ${id} was acknowledged and is lost`),
  );
}
