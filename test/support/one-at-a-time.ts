// What tests start anew with options of their own: one at a time, and none is left after a test.
import { afterEach } from 'vitest';

/** The same start; what it gave before is ended first, and the last one after each test. */
export function oneAtATime<Options, Started extends AsyncDisposable>(
  start: (options?: Options) => Promise<Started>,
): (options?: Options) => Promise<Started> {
  let current: Started | undefined;
  const end = async (): Promise<void> => {
    await current?.[Symbol.asyncDispose]();
    current = undefined;
  };
  afterEach(end);
  return async (options) => {
    await end();
    return (current = await start(options));
  };
}
