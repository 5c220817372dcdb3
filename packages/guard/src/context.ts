// Who spends, for everything that runs inside a function: labels carried by AsyncLocalStorage.
import { AsyncLocalStorage } from 'node:async_hooks';
import { propagation } from '@opentelemetry/api';
import { checkLabels, type Labels } from '@spendfuse/core';

/** One storage per thread: the application and the preload may hold different copies of this file. */
const KEY = Symbol.for('spendfuse.labels');
const shared = globalThis as { [KEY]?: AsyncLocalStorage<Labels> };
const storage = (shared[KEY] ??= new AsyncLocalStorage<Labels>());

/**
 * Runs `fn`; every LLM call it makes, directly or later, spends under these labels. Nested calls add
 * to the outer labels, and the inner value wins. `run` nests: `runAs({ run: 'b' }, …)` inside of
 * `runAs({ run: 'a' }, …)` is the run `a/b`, which spends for `a` as well.
 * @throws SpendfuseError `INVALID_ARGUMENT` naming the label that is ill-formed; `fn` is not run.
 */
export function runAs<T>(labels: Labels, fn: () => T): T {
  const merged = nested(currentLabels(), labels);
  checkLabels(merged);
  return storage.run(merged, fn);
}

/**
 * The labels of `runAs` that hold here; empty outside of it. They do not cross to other threads and
 * processes by themselves: send these along, and call `runAs` with them there.
 */
export function currentLabels(): Labels {
  return storage.getStore() ?? {};
}

export interface LabelSources {
  /** Of the whole process. */
  readonly labels: Labels;
  /** Names of entries of OpenTelemetry baggage that are trusted to be labels; default none. */
  readonly baggage?: readonly string[] | undefined;
}

/**
 * The labels of a call made here: those of `runAs` over those of the process over those of baggage,
 * which comes from outside.
 * @throws SpendfuseError `INVALID_ARGUMENT` where a trusted entry of the baggage can be no label.
 */
export function callLabels({ labels, baggage = [] }: LabelSources): Labels {
  const outer = baggage.length === 0 ? labels : within(labels, baggageLabels(baggage));
  return nested(outer, currentLabels());
}

/** Of the active OpenTelemetry context, in which whoever serves a request has put what came with it. */
function baggageLabels(names: readonly string[]): Labels {
  const active = propagation.getActiveBaggage();
  if (!active) return {};
  const entries = names.flatMap((name) => {
    const entry = active.getEntry(name);
    return entry ? [[name, entry.value] as const] : [];
  });
  const labels = Object.fromEntries(entries);
  checkLabels(labels, 'baggage');
  return labels;
}

/** What the process says stays as it is; its run is above one that came with a request. */
function within(process: Labels, request: Labels): Labels {
  const { run, ...fixed } = process;
  return { ...nested(run === undefined ? {} : { run }, request), ...fixed };
}

function nested(outer: Labels, inner: Labels): Labels {
  const { run: root } = outer;
  const { run } = inner;
  const merged = { ...outer, ...inner };
  return root === undefined || run === undefined ? merged : { ...merged, run: below(root, run) };
}

/** A path that leads through the outer run already stays what it is. */
function below(root: string, run: string): string {
  return run === root || run.startsWith(`${root}/`) ? run : `${root}/${run}`;
}
