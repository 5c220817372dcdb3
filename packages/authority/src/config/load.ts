// Loading a budgets file: from bytes to budgets and prices, or to everything that is wrong with it.
import { createReadStream } from 'node:fs';
import { SpendfuseError } from '@spendfuse/core';
import { readYaml } from './document.ts';
import { type Environment, withoutValues } from './environment.ts';
import { sentence } from './reading.ts';
import { config, type Config } from './schema.ts';

export interface ParseOptions {
  /** Named in errors; default `budgets.yaml`. */
  readonly file?: string | undefined;
  /** Of `${NAME}` in the text; default: that of this process. */
  readonly env?: Environment | undefined;
}

const MAX_BYTES = 1024 * 1024;

/**
 * Reads the budgets file at a path.
 * @throws SpendfuseError `CONFIG` as `parseConfig` does, and where the file cannot be read.
 */
export async function loadConfig(path: string): Promise<Config> {
  return parseConfig(await readConfigText(path), { file: path });
}

/** The text of the file at a path. @throws SpendfuseError `CONFIG` where it cannot be read */
export async function readConfigText(path: string): Promise<string> {
  return decode(await readBytes(path), path);
}

/**
 * Reads the text of a budgets file.
 * @throws SpendfuseError `CONFIG`; its message has one line `file:line:column: what is wrong` for
 * every mistake there is (the first hundred), in the order of the file.
 */
export function parseConfig(text: string, options: ParseOptions = {}): Config {
  const { file = 'budgets.yaml', env = process.env } = options;
  if (text.length > MAX_BYTES) throw tooLarge(file);
  const yaml = readYaml(text, env);
  const { substitutions } = yaml;
  const findings = [...yaml.findings];
  let read: Config | undefined;
  if (yaml.value === null) {
    const message = 'the file is empty; begin with budgets: [{ id: team-daily, limits: [$5/day] }]';
    findings.push({ offset: 0, message });
  } else if (yaml.value !== undefined) {
    read = config(yaml.value, (message, { path = [], part = 'value' } = {}) => {
      const told = withoutValues(sentence(message, path), { path, substitutions });
      if (told !== undefined) findings.push({ offset: yaml.offsetOf(path, part), message: told });
    });
  }
  if (read && findings.length === 0) return read;
  const lines = findings
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, message }) => `${file}:${yaml.lineAndColumn(offset)}: ${message}`);
  // What an alias repeats is wrong once.
  throw wrong(shortened([...new Set(lines)]).join('\n'));
}

const MOST_LINES = 100;

function shortened(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `and ${lines.length - MOST_LINES} mistakes more`];
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'the file may not be read; look at its permissions',
  EISDIR: 'is a folder, not a file',
};

/** Bounded while it reads, so that pipes work and endless ones end. */
async function readBytes(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_BYTES) break;
    }
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw wrong(`${path}: ${REASONS[code] ?? `cannot be read: ${message}`}`, error);
  }
  if (length > MAX_BYTES) throw tooLarge(path);
  return Buffer.concat(chunks);
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw wrong(`${file}: is no UTF-8 text; save it as UTF-8`, error);
  }
}

function tooLarge(file: string): SpendfuseError {
  return wrong(`${file}: is larger than 1 MiB; is it a budgets file?`);
}

function wrong(message: string, cause?: unknown): SpendfuseError {
  return new SpendfuseError({ code: 'CONFIG', message, cause });
}
