// Telemetry for tests of the callers: remembers how each call was told to have ended.
import type { CallTelemetry, Telemetry } from '@spendfuse/guard';

export type CallEnd = Parameters<CallTelemetry['end']>[0];

export interface RecordingTelemetry extends Telemetry {
  readonly ends: CallEnd[];
}

export function createRecordingTelemetry(): RecordingTelemetry {
  const ends: CallEnd[] = [];
  const call: CallTelemetry = {
    granted: () => {},
    denied: () => {},
    undecided: () => {},
    run: (fn) => fn(),
    chunk: () => {},
    end: (end) => void ends.push(end),
  };
  return { ends, begin: () => call, flush: async () => {} };
}
