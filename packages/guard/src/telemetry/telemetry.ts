// What is told of a call, whoever listens.
import type { Denied, Granted } from '@spendfuse/core';
import type { CallEnd, CallStart, Ungoverned } from './attributes.ts';

export interface Telemetry {
  begin(start: CallStart): CallTelemetry;
  flush(): Promise<void>;
}

export interface CallTelemetry {
  granted(granted: Granted): void;
  denied(denied: Denied): void;
  /** The call goes out without a decision, as this policy lets it. */
  undecided(ungoverned: Ungoverned): void;
  /** Runs `fn` inside the span. */
  run<T>(fn: () => T): T;
  /** An event of the stream has come. */
  chunk(): void;
  end(end: CallEnd): void;
}
