// One spooled call as a line of a file: the verb, and its message as the wire has it.
import type { Verb } from '@spendfuse/protocol';
import { verbs } from '../verbs.ts';

export interface SpooledCall {
  readonly verb: Verb;
  /** As the wire has it. */
  readonly message: object;
}

/** The bytes of the wire hold what the protocol names, and nothing else that a caller may have put there. */
export function lineOf({ verb, message }: SpooledCall): string {
  const bytes = verbs[verb].method.requestSerialize(message);
  return `${JSON.stringify({ verb, message: bytes.toString('base64') })}\n`;
}

/** Undefined for what is no such line, as the last of a process that was killed while it wrote. */
export function readLine(line: string): SpooledCall | undefined {
  try {
    const { verb, message } = JSON.parse(line) as { readonly verb: Verb; readonly message: string };
    const { settles, method } = verbs[verb];
    if (!settles) return undefined;
    return { verb, message: method.requestDeserialize(Buffer.from(message, 'base64')) };
  } catch {
    return undefined;
  }
}
