// The sidecar's log: one line per event on stderr, by level, values as key=value.

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** One method per level. Callers pass ids, addresses and counts; never prompts, keys or headers. */
export type Log = {
  readonly [Level in Exclude<LogLevel, 'silent'>]: (event: string, fields?: LogFields) => void;
};

export interface LogOptions {
  /** This level and those before it are written. */
  readonly level: LogLevel;
  /** Takes a line with its line break; default: stderr. */
  readonly write?: ((line: string) => void) | undefined;
}

export function createLog({ level, write = writeToStderr }: LogOptions): Log {
  const limit = LOG_LEVELS.indexOf(level);
  const at = (name: keyof Log) => (event: string, fields?: LogFields) => {
    if (LOG_LEVELS.indexOf(name) > limit) return;
    write(`${new Date().toISOString()} ${name.padEnd(5)} ${oneLine(event)}${format(fields)}\n`);
  };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

function format(fields: LogFields = {}): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${quoteIfNeeded(String(value))}`)
    .join('');
}

function quoteIfNeeded(value: string): string {
  return /^[\w.:/@$+-]+$/u.test(value) ? value : JSON.stringify(value);
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/gu, ' ');
}

function writeToStderr(line: string): void {
  process.stderr.write(line);
}
