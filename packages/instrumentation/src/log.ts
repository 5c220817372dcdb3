// What the preload tells on stderr: one line each, never content, never keys.

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Log {
  error(message: string): void;
  warn(message: string): void;
  info(message: string): void;
  debug(message: string): void;
  /** As `warn`, for each key only the first time. */
  warnOnce(key: string, message: string): void;
}

const MAX_KEYS = 1000;

export function createLog(level: LogLevel): Log {
  const most = LOG_LEVELS.indexOf(level);
  const told = new Set<string>();
  const at = (own: LogLevel) => {
    const isTold = LOG_LEVELS.indexOf(own) <= most;
    return (message: string): void => {
      if (isTold) process.stderr.write(`spendfuse: ${message.replaceAll(/\s+/gu, ' ')}\n`);
    };
  };
  const warn = at('warn');
  return {
    error: at('error'),
    warn,
    info: at('info'),
    debug: at('debug'),
    warnOnce(key, message) {
      if (told.has(key) || told.size >= MAX_KEYS) return;
      told.add(key);
      warn(message);
    },
  };
}
