// A body that nobody holds any more is over, and so is its connection.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { until } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import type { Meter } from './meter.ts';
import { type Ending, settleOpenBodies, settleOpenBodiesNow } from './open-body.ts';
import { tap } from './tap.ts';

const passing: Meter = {
  push: (chunk) => chunk,
  end: () => new Uint8Array(0),
  isTerminal: false,
  bytes: 0,
  hasUnread: false,
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
  readonly cancelled: () => boolean;
  readonly reason: () => unknown;
  /** How often the caller has been made to wait. */
  readonly waits: () => number;
}

interface SourceOptions {
  /** Nothing follows the chunks, not even the end. */
  readonly isOpen?: boolean;
  readonly isTerminal?: boolean;
}

function tapped(
  chunks: number,
  finish: () => Promise<void> = async () => {},
  { isOpen = false, isTerminal = false }: SourceOptions = {},
): Tapped {
  const endings: Ending[] = [];
  let pulls = 0;
  let isCancelled = false;
  let waits = 0;
  let reason: unknown;
  const source = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulls += 1;
        // Parts of bigger buffers, as pools hand them out.
        const part = pulls % 2 === 0 ? Buffer.from('abcdefgh') : new Uint8Array(64).subarray(8, 16);
        if (pulls <= chunks) controller.enqueue(part.fill(pulls));
        else if (!isOpen) controller.close();
        return pulls > chunks && isOpen ? new Promise<void>(() => {}) : undefined;
      },
      cancel(given) {
        isCancelled = true;
        reason = given;
      },
    },
    { highWaterMark: 0 },
  );
  const stream = tap({
    source,
    meter: { ...passing, isTerminal },
    idleMs: 60_000,
    closeWaitMs: 50,
    finish: (ending) => {
      endings.push(ending);
      waits += 1;
      return finish();
    },
  });
  return {
    stream,
    endings,
    pulls: () => pulls,
    cancelled: () => isCancelled,
    reason: () => reason,
    waits: () => waits,
  };
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
    const { stream, endings, reason } = tapped(5);
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel('enough');
    expect(reason()).toBe('enough');
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

  test('the caller waits once for a settlement that does not come', async () => {
    const { stream, waits } = tapped(1, () => new Promise(() => {}), { isTerminal: true });
    expect(await new Response(stream).bytes()).toHaveLength(8);
    expect(waits()).toBe(1);
  });

  test('garbage collection: what has come is read, then the source is told to stop', async () => {
    const { endings, pulls, cancelled } = await collected({ chunks: 5, isOpen: true });
    expect(endings).toEqual(['collected']);
    expect(pulls()).toBe(6);
    expect(cancelled()).toBe(true);
  });

  test('garbage collection of a body that has come as a whole', async () => {
    const { endings } = await collected({ chunks: 5, isOpen: false });
    expect(endings).toEqual(['ended']);
  });
});

describe('at the end of the process', () => {
  test('what has come is read and settled, and the caller still gets all of it, in order', async () => {
    const { stream, endings, pulls } = tapped(4);
    const reader = stream.getReader();
    await reader.read();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await settleOpenBodies()).toBe(true);
    expect(endings).toEqual(['ended']);
    expect(pulls()).toBe(5);
    for (const fill of [2, 3, 4]) {
      expect((await reader.read()).value).toEqual(new Uint8Array(8).fill(fill));
    }
    expect((await reader.read()).done).toBe(true);
    expect(await settleOpenBodies()).toBe(false);
  });

  test('one whose caller waits for bytes is settled, and not read', async () => {
    const { stream, endings, pulls } = tapped(1, undefined, { isOpen: true });
    const reader = stream.getReader();
    await reader.read();
    void reader.read();
    await settleOpenBodies();
    expect(endings).toEqual(['exit']);
    expect(pulls()).toBe(2);
  });

  test('one that says nothing more holds nobody up', async () => {
    const { endings } = tapped(0, () => new Promise(() => {}), { isOpen: true });
    await settleOpenBodies();
    expect(endings).toEqual(['exit']);
  });

  test('process.exit() leaves no time: what was read is settled in this turn', async () => {
    const { stream, endings } = tapped(4);
    await stream.getReader().read();
    settleOpenBodiesNow();
    expect(endings).toEqual(['exit']);
  });
});

/** A stream that has been read a little and then dropped. */
async function collected(options: {
  readonly chunks: number;
  readonly isOpen: boolean;
}): Promise<Pick<Tapped, 'endings' | 'cancelled' | 'pulls'>> {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const left = await abandoned(options);
  await until(
    () => {
      gc();
      return left.endings.length > 0 && (left.cancelled() || !options.isOpen);
    },
    { what: 'the body to be collected', intervalMs: 20 },
  );
  return left;
}

async function abandoned({
  chunks,
  isOpen,
}: {
  readonly chunks: number;
  readonly isOpen: boolean;
}): Promise<Pick<Tapped, 'endings' | 'cancelled' | 'pulls'>> {
  const { stream, endings, cancelled, pulls } = tapped(chunks, undefined, { isOpen });
  const reader = stream.getReader();
  await reader.read();
  reader.releaseLock();
  return { endings, cancelled, pulls };
}
