// The wrapped command: same terminal, same signals, same exit code.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import { SpendfuseError } from '@spendfuse/core';

const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGINT', 'SIGQUIT'] as const;
/** A terminal sends these to the command itself, as it is in the same process group. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

export interface ChildOptions {
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Resolves with the exit code, 128 + n for signal n.
 * @throws SpendfuseError `CONFIG` if the command cannot be started.
 */
export function runChild({ command, env }: ChildOptions): Promise<number> {
  const [file = '', ...args] = command;
  return new Promise((resolve, reject) => {
    // Of a command that is empty, Node says so in words of its own, and by a throw.
    if (file === '') throw cannotStart(file, { code: 'ENOENT' });
    const child = spawn(file, args, { env, stdio: 'inherit' });
    const stopForwarding = forwardSignals((signal) => child.kill(signal));
    child.once('error', (error: NodeJS.ErrnoException) => {
      stopForwarding();
      reject(cannotStart(file, error));
    });
    child.once('exit', (code, signal) => {
      stopForwarding();
      resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
    });
  });
}

/** Nothing ends us before the command: its end is ours. */
function forwardSignals(send: (signal: NodeJS.Signals) => void): () => void {
  const fromTerminal = [0, 1, 2].some((fd) => isatty(fd));
  const handlers = FORWARDED.map((signal) => {
    const handler = () => {
      if (!(fromTerminal && FROM_TERMINAL.includes(signal))) send(signal);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  return () => handlers.forEach((remove) => remove());
}

function cannotStart(file: string, cause: Partial<NodeJS.ErrnoException>): SpendfuseError {
  const why =
    cause.code === 'ENOENT'
      ? 'was not found'
      : `cannot be started (${cause.code ?? cause.message})`;
  const message = `"${file}" ${why}; what follows -- has to be a command, such as: node app.js`;
  return new SpendfuseError({ code: 'CONFIG', message, cause });
}
