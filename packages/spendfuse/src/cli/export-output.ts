// Where an export goes: standard output until the reader has enough, or a file that is whole or not there.
import { once } from 'node:events';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SpendfuseError } from '@spendfuse/core';

/** Who reads may stop at any line: then the rest is not made. */
export async function writeStdout(texts: AsyncIterable<string>): Promise<void> {
  const { stdout } = process;
  for await (const text of texts) {
    if (!stdout.writable) return;
    try {
      if (!stdout.write(text)) await once(stdout, 'drain');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EPIPE') return;
      throw error;
    }
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Written under another name, which it loses when it is whole: a signal leaves what was there before.
 * @throws SpendfuseError `CONFIG` where the file cannot be written.
 */
export async function writeFile(texts: AsyncIterable<string>, file: string): Promise<void> {
  const part = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
  let signal: NodeJS.Signals | undefined;
  const onSignal = (received: NodeJS.Signals): void => {
    signal = received;
  };
  for (const each of SIGNALS) process.on(each, onSignal);
  try {
    await writeAll(texts, part, () => signal === undefined);
    if (signal === undefined) await rename(part, file);
  } catch (error) {
    throw asWritten(error, file);
  } finally {
    // It is not there where it could not be made.
    await rm(part, { force: true }).catch(() => undefined);
    for (const each of SIGNALS) process.off(each, onSignal);
  }
  // Nobody listens to it any more, so it ends this process as it would have.
  if (signal !== undefined) process.kill(process.pid, signal);
}

async function writeAll(
  texts: AsyncIterable<string>,
  part: string,
  goesOn: () => boolean,
): Promise<void> {
  const handle = await open(part, 'wx');
  try {
    for await (const text of texts) {
      if (!goesOn()) return;
      await handle.appendFile(text);
    }
  } finally {
    await handle.close();
  }
}

function asWritten(error: unknown, file: string): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  const text = `${file} cannot be written: ${message}; choose another file with --output`;
  return new SpendfuseError({ code: 'CONFIG', message: text, cause: error });
}
