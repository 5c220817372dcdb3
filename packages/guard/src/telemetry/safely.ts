// Keeps the failures of telemetry away from the call that it tells of.
import type { CallTelemetry } from './telemetry.ts';

/** The same, but nothing throws; `run` runs its function exactly once, inside the span or without. */
export function safely(telemetry: CallTelemetry): CallTelemetry {
  return {
    granted: quiet((granted) => telemetry.granted(granted)),
    denied: quiet((denied) => telemetry.denied(denied)),
    undecided: quiet((ungoverned) => telemetry.undecided(ungoverned)),
    chunk: quiet(() => telemetry.chunk()),
    end: quiet((end) => telemetry.end(end)),
    run(fn) {
      let isRunning = false;
      const once = () => {
        isRunning = true;
        return fn();
      };
      try {
        return telemetry.run(once);
      } catch (error) {
        if (isRunning) throw error;
        return fn();
      }
    },
  };
}

/** Tells nobody. */
export const SILENT: CallTelemetry = {
  granted() {},
  denied() {},
  undecided() {},
  chunk() {},
  end() {},
  run: (fn) => fn(),
};

function quiet<A extends unknown[]>(fn: (...given: A) => void): (...given: A) => void {
  return (...given) => {
    try {
      fn(...given);
    } catch {
      // There is nobody left to tell.
    }
  };
}
