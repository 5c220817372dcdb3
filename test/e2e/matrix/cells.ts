// The matrix of SDKs: what a cell is, and how a program and the test tell each other of one.

/** How a call ends. */
export const OUTCOMES = [
  'granted',
  'denied',
  /** By the program, while it waits for the answer. */
  'aborted',
  /** By the program, after it has seen some of the answer. */
  'aborted midway',
  /** The program stops reading. */
  'left',
  /** The connection breaks: of a stream in the midst of the answer, else before it. */
  'cut',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** A header of each request, and a label of each call: `3 cut`, the position of its style first. */
export const CELL = 'x-cell';
/** A header: the chunks of the stream after which it is held or cut; empty for other calls. */
export const CHUNKS = 'x-chunks';
/** What the test writes to the program's stdin when the provider has a request to be aborted. */
export const ARRIVED = 'arrived';

/** The last line of a program; each before it is what it has seen of a call, as JSON. */
export const DONE = 'done';

/** What a program sees of one call. */
export interface Seen {
  /** Position in the family's list, and its name. */
  readonly style: number;
  readonly name: string;
  readonly outcome: Outcome;
  readonly result?: unknown;
  readonly error?: SeenError | undefined;
}

export interface SeenError {
  readonly name: string;
  readonly message: string;
  /** It is our class itself, and no error of the SDK around it. */
  readonly isOurs: boolean;
  /** What `BudgetExceededError.from` finds in it. */
  readonly reason?: string | undefined;
}

export function cellOf({ style, outcome }: Pick<Seen, 'style' | 'outcome'>): string {
  return `${style} ${outcome}`;
}

export function outcomeOf(cell: string): string {
  return cell.replace(/^\d+ /u, '');
}
