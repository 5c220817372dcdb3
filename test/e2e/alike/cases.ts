// Ways to call `fetch`, to be answered and to read the answer: what a case of the comparison is made of.
import fc from 'fast-check';

export const BODIES = ['text', 'bytes', 'part', 'buffer', 'blob', 'stream', 'iterable'] as const;
export const INPUTS = ['text', 'url', 'request', 'own request', 'request and init'] as const;
export const HEADERS = ['object', 'pairs', 'headers'] as const;
export const SIGNALS = ['none', 'null', 'live', 'timeout', 'any'] as const;
export const ANSWERS = [
  'whole',
  'bytewise',
  'packed',
  'with its length',
  'of another type',
  'no JSON',
  'empty',
  'none',
  'moved',
  'refused',
  'limited',
  'broken',
  'reset',
] as const;
export const READINGS = [
  'text',
  'json',
  'bytes',
  'blob',
  'reader',
  'own buffers',
  'tee',
  'clone',
  'pipe',
  'left',
  'cancelled',
  'twice',
  'never',
] as const;

export interface Case {
  readonly streamed: boolean;
  readonly typed: boolean;
  readonly body: (typeof BODIES)[number];
  readonly input: (typeof INPUTS)[number];
  readonly headers: (typeof HEADERS)[number];
  readonly signal: (typeof SIGNALS)[number];
  readonly answer: (typeof ANSWERS)[number];
  readonly reading: (typeof READINGS)[number];
  readonly collects: boolean;
}

const one = <T extends string>(names: readonly T[]) => fc.constantFrom(...names);

const cases: fc.Arbitrary<Case> = fc
  .record({
    streamed: fc.boolean(),
    /** Whether a header says what the body is. */
    typed: fc.boolean(),
    body: one(BODIES),
    input: one(INPUTS),
    headers: one(HEADERS),
    signal: one(SIGNALS),
    answer: one(ANSWERS),
    reading: one(READINGS),
    collects: fc.boolean(),
  })
  // A stream cannot be sent a second time; what was read from it can.
  .filter(({ body, answer }) => answer !== 'moved' || !isReadOnce(body));

export function isReadOnce(body: Case['body']): boolean {
  return body === 'stream' || body === 'iterable';
}

/** The same for the same seed. */
export function casesOf({ seed, count }: { readonly seed: number; readonly count: number }) {
  return fc.sample(cases, { seed, numRuns: count });
}

/** What was seen of a case. */
export interface Seen {
  readonly program: unknown;
  readonly provider: unknown;
}
