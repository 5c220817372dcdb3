// What a file in families/ says of one provider's SDKs: which there are, against what, called how.
import type * as testkit from '@spendfuse/testkit';
import type { FakePrices, FakeRequest, FakeTransport } from '@spendfuse/testkit';
import type { GoesOn } from '../../support/collect.ts';
import type { Outcome } from './cells.ts';

export interface Family {
  /** Heading of its table in the documents. */
  readonly title: string;
  /** What it speaks, for `SPENDFUSE_HOSTS`. */
  readonly provider: string;
  readonly sdks: readonly Sdk[];
  readonly clientOf: (sdk: never, options: ClientOptions) => unknown;
  readonly styles: readonly Style[];
  /** Which fake it speaks to; the program, which reads this file too, never loads it. */
  readonly fake: (fakes: typeof testkit) => (options: FakeOptions) => Promise<Fake>;
  /** By model; of others only the tokens are compared with the bill. */
  readonly prices: FakePrices;
}

export interface Sdk {
  /** Its package, as users install it. */
  readonly name: string;
  /** Major; below 1 with the minor. */
  readonly version: string;
  /** As programs import it here. */
  readonly module: string;
  /** Names of styles that it does not have. */
  readonly without?: readonly string[];
}

/** A way of calling. */
export interface Style {
  readonly name: string;
  readonly streams: boolean;
  /** Of a stream, after which it still goes on; default 8. */
  readonly chunks?: number;
  /** How many of them are no item of what a program iterates; default 0. */
  readonly unheard?: number;
  /** How no program can end it. */
  readonly never?: readonly Outcome[];
  /** Resolves with what a program gets to see; asks `goesOn` after each item that it iterates. */
  readonly run: (client: never, signal?: AbortSignal, goesOn?: GoesOn) => Promise<unknown>;
}

export interface ClientOptions {
  readonly origin: string;
  readonly headers: Record<string, string>;
  /** Whether the SDK tries again where it would. */
  readonly retries: boolean;
}

export interface FakeOptions {
  readonly script: (request: Pick<FakeRequest, 'headers'>) => FakeTransport;
  readonly now: () => number;
}

export interface Fake extends AsyncDisposable {
  readonly origin: string;
  readonly calls: readonly FakeCall[];
}

/** A request, and what has been made for it. */
interface FakeCall {
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}
