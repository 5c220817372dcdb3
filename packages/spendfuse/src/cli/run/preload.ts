// NODE_OPTIONS that load Spendfuse into every Node process of a command.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SpendfuseError } from '@spendfuse/core';

/** Absolute, because the processes may run in any folder. */
const REGISTER = fileURLToPath(new URL('../../../dist/register.cjs', import.meta.url));

/**
 * What was there before comes first: who patches `fetch` last sees a call first.
 * @throws SpendfuseError `CONFIG` if the preload is not there, because a run without it has no budget.
 */
export function preload(nodeOptions: string | undefined, register = REGISTER): string {
  if (!existsSync(register)) {
    const message = `${register} is missing; install Spendfuse again`;
    throw new SpendfuseError({ code: 'CONFIG', message });
  }
  const ours = `--require ${quote(register)}`;
  const before = nodeOptions?.trim() ?? '';
  if (before.includes(ours)) return before;
  return before === '' ? ours : `${before} ${ours}`;
}

/** As Node reads it: spaces are kept between double quotes, a backslash escapes. */
function quote(path: string): string {
  return `"${path.replace(/[\\"]/gu, '\\$&')}"`;
}
