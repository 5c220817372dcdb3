// Server-sent events as the OpenAI API writes them.

/** One event and the output tokens that are produced with it. */
export interface Frame {
  /** The `event:` line; chat and legacy completions have none. */
  readonly event?: string;
  readonly data: unknown;
  readonly tokens: number;
}

/** What ends a chat or legacy completion stream. */
export const DONE = 'data: [DONE]\n\n';

export function encodeFrame(frame: Frame): string {
  const event = frame.event === undefined ? '' : `event: ${frame.event}\n`;
  return `${event}data: ${JSON.stringify(frame.data)}\n\n`;
}
