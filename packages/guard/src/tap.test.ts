// A body that nobody holds any more is over, and so is its connection.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { until } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import type { Meter } from './meter.ts';
import { type Ending, tap } from './tap.ts';

const passing: Meter = {
  push: (chunk) => chunk,
  end: () => new Uint8Array(0),
  isTerminal: false,
  bytes: 0,
  facts: () => ({
    usage: undefined,
    id: undefined,
    model: undefined,
    tier: undefined,
    finishReasons: [],
    errorType: undefined,
  }),
};

interface Tapped {
  readonly stream: ReadableStream<Uint8Array>;
  readonly endings: Ending[];
  readonly pulls: () => number;
  readonly cancelled: () => unknown;
}

function tapped(chunks: number, finish: () => Promise<void> = async () => {}): Tapped {
  const endings: Ending[] = [];
  let pulls = 0;
  let reason: unknown;
  const source = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulls += 1;
        // A part of a bigger buffer, as pools hand them out.
        if (pulls <= chunks) controller.enqueue(new Uint8Array(64).fill(pulls).subarray(8, 16));
        else controller.close();
      },
      cancel(given) {
        reason = given;
      },
    },
    { highWaterMark: 0 },
  );
  const stream = tap({
    source,
    meter: passing,
    idleMs: 60_000,
    closeWaitMs: 50,
    finish: (ending) => {
      endings.push(ending);
      return finish();
    },
  });
  return { stream, endings, pulls: () => pulls, cancelled: () => reason };
}

describe('back-pressure', () => {
  test('nothing is read before the caller reads', async () => {
    const { stream, pulls } = tapped(3);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(pulls()).toBe(0);
    const reader = stream.getReader();
    await reader.read();
    expect(pulls()).toBe(1);
  });
});

describe('endings', () => {
  test('end: the close waits for the settlement, but not for ever', async () => {
    let settle = (): void => {};
    const settled = new Promise<void>((resolve) => (settle = resolve));
    const { stream, endings } = tapped(2, () => settled);
    expect(await new Response(stream).bytes()).toHaveLength(16);
    expect(endings).toEqual(['ended']);
    settle();
  });

  test('cancel goes through with its reason', async () => {
    const { stream, endings, cancelled } = tapped(5);
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel('enough');
    expect(cancelled()).toBe('enough');
    expect(endings).toEqual(['cancelled']);
  });

  test('a reader with its own buffer is served as well', async () => {
    const { stream } = tapped(1);
    const reader = stream.getReader({ mode: 'byob' });
    const first = await reader.read(new Uint8Array(4));
    expect(first.value).toEqual(new Uint8Array(4).fill(1));
    await reader.read(new Uint8Array(4));
    expect((await reader.read(new Uint8Array(4))).done).toBe(true);
  });

  test('garbage collection', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const { endings, cancelled } = await abandoned();
    await until(
      () => {
        gc();
        return endings.length > 0;
      },
      { what: 'the body to be collected', intervalMs: 20 },
    );
    expect(endings).toEqual(['collected']);
    expect(cancelled()).toBeUndefined();
  });
});

/** A stream that has been read a little and then dropped. */
async function abandoned(): Promise<Pick<Tapped, 'endings' | 'cancelled'>> {
  const { stream, endings, cancelled } = tapped(5);
  const reader = stream.getReader();
  await reader.read();
  reader.releaseLock();
  return { endings, cancelled };
}
