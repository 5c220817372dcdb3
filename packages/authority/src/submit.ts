// Batches: calls that need but one look are decided in one turn, and their answers wait for the disk together.
import type { CommitRequest, Committed, Decision, Granted, ReserveRequest } from '@spendfuse/core';
import { type CommitOutcome, commitAtOnce } from './commit.ts';
import type { EntryMeta } from './entry.ts';
import { reserveAtOnce } from './reserve.ts';
import type { Store } from './stores/store.ts';
import { checkCommit, checkReserve } from './validate.ts';
import type { VerbContext } from './verb-context.ts';

/** One of the verbs that come in batches. */
export type Submission =
  | { readonly verb: 'reserve'; readonly request: ReserveRequest }
  | { readonly verb: 'commit'; readonly request: CommitRequest };

/** Each submission is told one or the other, once, in any order, never within `submit`. */
export interface SubmitListener<S> {
  answered(submission: S, answer: Decision | Committed): void;
  failed(submission: S, error: unknown): void;
}

/** What a submission came to in memory. */
export type Concluded =
  | { readonly kind: 'granted'; readonly request: ReserveRequest; readonly answer: Granted }
  | {
      readonly kind: 'committed';
      readonly request: CommitRequest;
      readonly answer: Committed;
      readonly outcome: CommitOutcome;
    };

/**
 * Undefined: nothing was done, as it takes more than a look at the memory.
 * @throws SpendfuseError as the verb does; that too may only be told when all is durable.
 */
export function concludeAtOnce(
  context: VerbContext,
  store: Store<EntryMeta>,
  { verb, request }: Submission,
): Concluded | undefined {
  if (verb === 'reserve') checkReserve(request, context.clock.now());
  else checkCommit(request, context.clock.now());
  const verbs = store.atOnce(request.id);
  if (!verbs) return undefined;
  if (verb === 'reserve') {
    const answer = reserveAtOnce(context, verbs, request);
    return answer && { kind: 'granted', request, answer };
  }
  const outcome = commitAtOnce(context, verbs, request);
  return outcome && { kind: 'committed', request, answer: outcome.committed, outcome };
}

export interface SubmitInput<S extends Submission> {
  readonly batch: readonly S[];
  readonly to: SubmitListener<S>;
  /** Of `concludeAtOnce`. */
  readonly atOnce: (submission: S) => Concluded | undefined;
  /** The verb as it is called alone. */
  readonly alone: (submission: S) => Promise<Decision | Committed>;
  /** Resolves when all that is known now is durable. */
  readonly settle: () => Promise<void>;
  /** Is told before the listener. */
  readonly onConcluded: (concluded: Concluded, durationMs: number) => void;
}

/** In the order of the batch; one wait for the disk for all that can be concluded at once (L3). */
export function submitBatch<S extends Submission>(input: SubmitInput<S>): void {
  const { batch, to, atOnce, alone, settle, onConcluded } = input;
  const startedMs = performance.now();
  const ends: { readonly submission: S; readonly end: Concluded | Failed }[] = [];
  for (const submission of batch) {
    let end: Concluded | Failed | undefined;
    try {
      end = atOnce(submission);
    } catch (error) {
      end = { kind: 'failed', error };
    }
    if (end) ends.push({ submission, end });
    else {
      alone(submission).then(
        (answer) => to.answered(submission, answer),
        (error: unknown) => to.failed(submission, error),
      );
    }
  }
  if (ends.length === 0) return;
  const tell = (): void => {
    const durationMs = performance.now() - startedMs;
    for (const { submission, end } of ends) {
      if (end.kind === 'failed') to.failed(submission, end.error);
      else {
        onConcluded(end, durationMs);
        to.answered(submission, end.answer);
      }
    }
  };
  settle().then(tell, (error: unknown) => {
    for (const { submission } of ends) to.failed(submission, error);
  });
}

interface Failed {
  readonly kind: 'failed';
  readonly error: unknown;
}
