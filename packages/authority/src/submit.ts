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
export type Concluded = Granted | CommitOutcome;

/** What a whole batch is decided with: its calls come at one time. */
export interface BatchContext {
  readonly context: VerbContext;
  readonly store: Store<EntryMeta>;
  readonly nowMs: number;
}

/**
 * Undefined: nothing was done, as it takes more than a look at the memory.
 * @throws SpendfuseError as the verb does; that too may only be told when all is durable.
 */
export function concludeAtOnce(
  { context, store, nowMs }: BatchContext,
  { verb, request }: Submission,
): Concluded | undefined {
  if (verb === 'reserve') checkReserve(request, nowMs);
  else checkCommit(request, nowMs);
  const verbs = store.atOnce(request.id);
  if (!verbs) return undefined;
  if (verb === 'reserve') return reserveAtOnce(context, verbs, request, nowMs);
  return commitAtOnce(context, verbs, request, nowMs);
}

export interface SubmitInput<S extends Submission> {
  /** Stays as it is until each has been told. */
  readonly batch: readonly S[];
  readonly to: SubmitListener<S>;
  /** Of `concludeAtOnce`. */
  readonly atOnce: (submission: S) => Concluded | undefined;
  /** The verb as it is called alone. */
  readonly alone: (submission: S) => Promise<Decision | Committed>;
  /** Resolves when all that is known now is durable. */
  readonly settle: () => Promise<void>;
  /** Is told before the listener. */
  readonly onConcluded: (submission: S, end: Concluded, durationMs: number) => void;
}

/** In the order of the batch; one wait for the disk for all that can be concluded at once (L3). */
export function submitBatch<S extends Submission>(input: SubmitInput<S>): void {
  const { batch, to, atOnce, alone, settle, onConcluded } = input;
  const startedMs = performance.now();
  const ends = batch.map((submission) => {
    const end = endOf(submission, atOnce);
    if (!end) {
      alone(submission).then(
        (answer) => to.answered(submission, answer),
        (error: unknown) => to.failed(submission, error),
      );
    }
    return end;
  });
  if (ends.every((end) => end === undefined)) return;
  const tell = (): void => {
    const durationMs = performance.now() - startedMs;
    for (let i = 0; i < ends.length; i++) {
      const submission = batch[i] as S;
      const end = ends[i];
      if (!end) continue;
      if (end.kind === 'failed') {
        to.failed(submission, end.error);
        continue;
      }
      onConcluded(submission, end, durationMs);
      to.answered(submission, end.kind === 'committed' ? end.committed : end);
    }
  };
  settle().then(tell, (error: unknown) => {
    batch.forEach((submission, i) => {
      if (ends[i]) to.failed(submission, error);
    });
  });
}

interface Failed {
  readonly kind: 'failed';
  readonly error: unknown;
}

function endOf<S extends Submission>(
  submission: S,
  atOnce: SubmitInput<S>['atOnce'],
): Concluded | Failed | undefined {
  try {
    return atOnce(submission);
  } catch (error) {
    return { kind: 'failed', error };
  }
}
