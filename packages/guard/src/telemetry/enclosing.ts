// The span that another instrumentation, or an SDK itself, has made for the call that is about to go.
import { type Attributes, type Span, trace } from '@opentelemetry/api';
import { ATTR } from './semconv.ts';

/** What an attempt gets of the span around it. */
export interface Enclosing {
  /** To be enriched; undefined: it tells of an earlier attempt that cost something, and keeps to that. */
  readonly span: Span | undefined;
  /** Its maker records duration and tokens of the call as metrics. */
  readonly isCounted: boolean;
  /** The attempt is over. `failed`: an SDK may try again; `charged`: it cost something. */
  release(end: { readonly failed: boolean; readonly charged: boolean }): void;
}

/**
 * What is known of a span that has been enriched. An SDK retries inside of one span, one attempt after
 * the other, and each only if the one before has failed; a call beside or after it is another call.
 */
type State = 'running' | 'done' | 'failed' | 'failed, charged';

const states = new WeakMap<Span, State>();

/** A span of ours is never taken for one of others. */
export function markOwn(span: Span): void {
  states.set(span, 'running');
}

/**
 * The active span, if it tells of this call: same operation and model, no other provider, and no other
 * call has it. A span of an agent, a tool or a workflow is around several calls and is left alone.
 */
export function enclosingSpan(call: Attributes): Enclosing | undefined {
  const span = trace.getActiveSpan();
  if (!span) return undefined;
  if (!span.isRecording()) return unsampled(call);
  if (!tellsOf(attributesOf(span), call)) return undefined;
  const state = states.get(span);
  if (state === 'running' || state === 'done') return undefined;
  states.set(span, 'running');
  const isCounted = COUNTING_SCOPE.test(scopeOf(span));
  if (isCounted) countedProviders.add(call[ATTR.provider]);
  return {
    span: state === 'failed, charged' ? undefined : span,
    isCounted,
    release({ failed, charged }) {
      const wasCharged = charged || state === 'failed, charged';
      states.set(span, failed ? (wasCharged ? 'failed, charged' : 'failed') : 'done');
    },
  };
}

/**
 * Instrumentations that record the metrics of the conventions, by the name of their scope. SDKs that
 * trace themselves, and other makers of spans, record none.
 */
const COUNTING_SCOPE = /^@(?:opentelemetry|elastic)\/(?:opentelemetry-)?instrumentation-/u;

/** Where such an instrumentation has been seen at work. */
const countedProviders = new Set<unknown>();

/** A span that is sampled away tells nothing; whoever counts the others counts this call as well. */
function unsampled(call: Attributes): Enclosing | undefined {
  if (!countedProviders.has(call[ATTR.provider])) return undefined;
  return { span: undefined, isCounted: true, release() {} };
}

function tellsOf(span: Attributes, call: Attributes): boolean {
  return (
    isSameOperation(span, call) &&
    isSameName(span[ATTR.requestModel], call[ATTR.requestModel]) &&
    isSameName(span[ATTR.toolName], call[ATTR.toolName]) &&
    isSameProvider(span[ATTR.provider] ?? span[ATTR.system], call[ATTR.provider])
  );
}

/** Names of one and the same thing. */
const CONVERSATION: ReadonlySet<unknown> = new Set(['chat', 'generate_content']);

function isSameOperation(span: Attributes, call: Attributes): boolean {
  const { [ATTR.operation]: theirs } = span;
  const { [ATTR.operation]: ours } = call;
  // Before conventions named operations, who named provider and model was calling the model.
  if (theirs === undefined) {
    return span[ATTR.system] !== undefined && span[ATTR.requestModel] !== undefined;
  }
  return theirs === ours || (CONVERSATION.has(theirs) && CONVERSATION.has(ours));
}

function isSameName(theirs: unknown, ours: unknown): boolean {
  return theirs === undefined || ours === undefined || baseName(theirs) === baseName(ours);
}

/** `models/gemini-2.5-flash` and `gemini-2.5-flash` are the same. */
function baseName(model: unknown): string {
  return String(model).replace(/^.*\//u, '');
}

/** Everyone names providers differently; only what is surely another one is told apart. */
const PROVIDERS: readonly (readonly [RegExp, string])[] = [
  [/anthropic/iu, 'anthropic'],
  [/openai|^az\./iu, 'openai'],
  [/google|gemini|vertex|^gcp/iu, 'google'],
];

function isSameProvider(theirs: unknown, ours: unknown): boolean {
  const [a, b] = [familyOf(theirs), familyOf(ours)];
  return a === undefined || b === undefined || a === b;
}

function familyOf(provider: unknown): string | undefined {
  return PROVIDERS.find(([pattern]) => pattern.test(String(provider)))?.[1];
}

/** What the SDK's spans show beyond the API: ours to read, not to rely on. */
interface ShownSpan {
  readonly attributes?: Attributes;
  readonly instrumentationScope?: { readonly name: string };
  /** The name of it in SDKs of version 1. */
  readonly instrumentationLibrary?: { readonly name: string };
}

export function attributesOf(span: Span): Attributes {
  return (span as ShownSpan).attributes ?? {};
}

function scopeOf(span: Span): string {
  const { instrumentationScope, instrumentationLibrary } = span as ShownSpan;
  return (instrumentationScope ?? instrumentationLibrary)?.name ?? '';
}
