// Server-sent events: a field a line, data in one line.

import type { Chunk } from './plan.ts';

/** One event and the output tokens that are produced with it. */
export interface Frame {
  /** The `event:` line; chat and legacy completions have none. */
  readonly event?: string;
  readonly data: unknown;
  readonly tokens: number;
}

export function encodeFrame(frame: Frame): string {
  const event = frame.event === undefined ? '' : `event: ${frame.event}\n`;
  return `${event}data: ${JSON.stringify(frame.data)}\n\n`;
}

export function chunksOf(frames: readonly Frame[]): readonly Chunk[] {
  return frames.map((frame) => ({ bytes: encodeFrame(frame), tokens: frame.tokens }));
}

/** How some services head such a stream. */
export const EVENT_STREAM = {
  contentType: 'text/event-stream; charset=utf-8',
  headers: { 'cache-control': 'no-cache' },
};
