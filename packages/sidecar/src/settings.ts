// Every setting of the sidecar, declared once: environment, flag, default, meaning, validation.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { HORIZON_MS, parseDurationMs, SpendfuseError } from '@spendfuse/core';
import { MIN_TOKEN_LENGTH } from './admin/access/token.ts';
import { LOG_LEVELS, type LogLevel } from './log.ts';

export interface Listen {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export type Durability = 'disk' | 'process';

/** No id is known for longer than its horizon, so what is older can go. */
const MIN_RETENTION_MS = 2 * HORIZON_MS;

/** Whether reading the admin API on a loopback address needs the token. */
export type AdminRead = 'open' | 'token';

/** Undefined means off, or not given. */
export interface SidecarSettings {
  readonly configFile: string | undefined;
  /** Undefined: nothing is kept. */
  readonly dataFolder: string | undefined;
  /** Prices that were downloaded; undefined: those built in. */
  readonly pricesFile: string | undefined;
  readonly grpcListen: Listen | undefined;
  readonly socketPath: string | undefined;
  readonly httpListen: Listen | undefined;
  readonly adminListen: Listen | undefined;
  /** Undefined: made at the first start, and kept with the data. */
  readonly adminToken: string | undefined;
  readonly adminRead: AdminRead;
  readonly adminTlsCert: string | undefined;
  readonly adminTlsKey: string | undefined;
  readonly adminTlsClientCa: string | undefined;
  readonly durability: Durability;
  /** Undefined: entries are kept for ever. */
  readonly retentionMs: number | undefined;
  readonly otlpEndpoint: string | undefined;
  readonly logLevel: LogLevel;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Setting<T> {
  readonly env: string;
  /** As commander writes it: `--data <folder>`. Undefined: by the environment only. */
  readonly flag: string | undefined;
  readonly help: string;
  readonly fallback: ((env: Environment) => string) | undefined;
  /** `name` is what the user has set, for messages: `--grpc` or `SPENDFUSE_GRPC_LISTEN`. */
  readonly parse: (text: string | undefined, name: string) => T;
}

export const sidecarSettings: {
  readonly [Key in keyof SidecarSettings]: Setting<SidecarSettings[Key]>;
} = {
  configFile: {
    env: 'SPENDFUSE_CONFIG',
    flag: '--config <file>',
    help: 'budgets file (YAML)',
    fallback: undefined,
    parse: parsePath,
  },
  dataFolder: {
    env: 'SPENDFUSE_DATA',
    flag: '--data <folder>',
    help: 'where the ledger is kept; `memory` keeps nothing',
    fallback: (env) => join(stateFolder(env), 'sidecar'),
    parse: (text, name) => (text === 'memory' ? undefined : parsePath(text, name)),
  },
  pricesFile: {
    env: 'SPENDFUSE_PRICES',
    flag: undefined,
    help: 'prices that `spendfuse prices update` has downloaded; `builtin` leaves them aside',
    fallback: (env) => join(stateFolder(env), 'prices.json'),
    parse: (text, name) => (text === 'builtin' ? undefined : parsePath(text, name)),
  },
  grpcListen: {
    env: 'SPENDFUSE_GRPC_LISTEN',
    flag: '--grpc <host:port>',
    help: 'gRPC address; port 0 takes a free one, `none` turns it off',
    fallback: () => '127.0.0.1:4750',
    parse: parseListen,
  },
  socketPath: {
    env: 'SPENDFUSE_SOCKET',
    flag: '--socket <path>',
    help: 'gRPC on a unix socket as well',
    fallback: undefined,
    parse: parseSocket,
  },
  httpListen: {
    env: 'SPENDFUSE_HTTP_LISTEN',
    flag: '--http <host:port>',
    help: 'address of health and metrics; port 0 takes a free one, `none` turns it off',
    fallback: () => '127.0.0.1:4751',
    parse: parseListen,
  },
  adminListen: {
    env: 'SPENDFUSE_ADMIN_LISTEN',
    flag: '--admin <host:port>',
    help: 'address of the admin API, HTTP and gRPC; port 0 takes a free one, `none` turns it off',
    fallback: () => '127.0.0.1:4752',
    parse: parseListen,
  },
  adminToken: {
    env: 'SPENDFUSE_ADMIN_TOKEN',
    flag: undefined,
    help: `admin token, ${MIN_TOKEN_LENGTH} characters or more; default: made at first start, in admin.token`,
    fallback: undefined,
    parse: parseToken,
  },
  adminRead: {
    env: 'SPENDFUSE_ADMIN_READ',
    flag: undefined,
    help: '`token` asks for the admin token for reading on a loopback address as well',
    fallback: () => 'open',
    parse: oneOf<AdminRead>(['open', 'token']),
  },
  adminTlsCert: {
    env: 'SPENDFUSE_ADMIN_TLS_CERT',
    flag: undefined,
    help: 'PEM file with the certificate of the admin API',
    fallback: undefined,
    parse: parsePath,
  },
  adminTlsKey: {
    env: 'SPENDFUSE_ADMIN_TLS_KEY',
    flag: undefined,
    help: 'PEM file with the key of that certificate',
    fallback: undefined,
    parse: parsePath,
  },
  adminTlsClientCa: {
    env: 'SPENDFUSE_ADMIN_TLS_CLIENT_CA',
    flag: undefined,
    help: 'PEM file with who signs client certificates, which do instead of the token',
    fallback: undefined,
    parse: parsePath,
  },
  durability: {
    env: 'SPENDFUSE_DURABILITY',
    flag: '--durability <level>',
    help: '`disk` survives a power cut, `process` a crash of the sidecar',
    fallback: () => 'disk',
    parse: oneOf<Durability>(['disk', 'process']),
  },
  retentionMs: {
    env: 'SPENDFUSE_RETENTION',
    flag: '--retention <duration>',
    help: 'how long entries are kept, at least 2d, or `forever`; counters are not touched',
    fallback: () => '400d',
    parse: parseRetention,
  },
  otlpEndpoint: {
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    flag: undefined,
    help: 'sends metrics there by OTLP over HTTP, such as http://127.0.0.1:4318',
    fallback: undefined,
    parse: parseUrl,
  },
  logLevel: {
    env: 'SPENDFUSE_LOG',
    flag: '--log <level>',
    help: LOG_LEVELS.join(', '),
    fallback: () => 'info',
    parse: oneOf<LogLevel>(LOG_LEVELS),
  },
};

export interface SettingsInput {
  readonly env: Environment;
  /** By key; a flag goes before the environment. */
  readonly flags?: { readonly [Key in keyof SidecarSettings]?: string | undefined } | undefined;
}

/**
 * Flag, else environment, else default. An empty environment variable counts as absent.
 * @throws SpendfuseError `CONFIG` naming the flag or variable at fault.
 */
export function readSettings({ env, flags = {} }: SettingsInput): SidecarSettings {
  const read = <Key extends keyof SidecarSettings>(key: Key): SidecarSettings[Key] => {
    const setting: Setting<SidecarSettings[Key]> = sidecarSettings[key];
    const flag = flags[key];
    if (flag !== undefined) return setting.parse(flag, setting.flag?.split(' ')[0] ?? key);
    return setting.parse(env[setting.env] || setting.fallback?.(env), setting.env);
  };
  return {
    configFile: read('configFile'),
    dataFolder: read('dataFolder'),
    pricesFile: read('pricesFile'),
    grpcListen: read('grpcListen'),
    socketPath: read('socketPath'),
    httpListen: read('httpListen'),
    adminListen: read('adminListen'),
    adminToken: read('adminToken'),
    adminRead: read('adminRead'),
    adminTlsCert: read('adminTlsCert'),
    adminTlsKey: read('adminTlsKey'),
    adminTlsClientCa: read('adminTlsClientCa'),
    durability: read('durability'),
    retentionMs: read('retentionMs'),
    otlpEndpoint: read('otlpEndpoint'),
    logLevel: read('logLevel'),
  };
}

/** `$XDG_STATE_HOME/spendfuse`, else `~/.local/state/spendfuse`. */
export function stateFolder(env: Environment): string {
  return join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'spendfuse');
}

function parsePath(text: string | undefined, name: string): string | undefined {
  if (text === '') throw wrong(name, 'needs a path');
  return text === undefined ? undefined : resolve(text);
}

function parseSocket(text: string | undefined, name: string): string | undefined {
  return parsePath(text?.replace(/^unix:/u, ''), name);
}

function parseListen(text: string | undefined, name: string): Listen | undefined {
  if (text === undefined || text === 'none') return undefined;
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/u.exec(text);
  const host = parts?.[1] ?? parts?.[2];
  const port = Number(parts?.[3]);
  if (host === undefined || port > 65_535) {
    throw wrong(
      name,
      `"${text}" is no host:port; write it like 127.0.0.1:4750, [::1]:4750 or none`,
    );
  }
  return { host, port };
}

function parseToken(text: string | undefined, name: string): string | undefined {
  if (text === undefined) return undefined;
  // The token itself is not repeated: errors are logged.
  if (text.length < MIN_TOKEN_LENGTH || /\s/u.test(text)) {
    const make = 'openssl rand -hex 32';
    throw wrong(name, `needs ${MIN_TOKEN_LENGTH} characters or more without spaces: ${make}`);
  }
  return text;
}

function parseRetention(text: string | undefined, name: string): number | undefined {
  if (text === undefined || text === 'forever') return undefined;
  let retentionMs: number | undefined;
  try {
    retentionMs = parseDurationMs(text, name);
  } catch {
    // The message below says it in terms of this setting.
  }
  if (retentionMs !== undefined && retentionMs >= MIN_RETENTION_MS) return retentionMs;
  throw wrong(name, `"${text}" is no retention; write it like 400d, at least 2d, or forever`);
}

function parseUrl(text: string | undefined, name: string): string | undefined {
  if (text === undefined) return undefined;
  const protocol = URL.canParse(text) ? new URL(text).protocol : undefined;
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw wrong(name, `"${text}" is no URL; write it like http://127.0.0.1:4318`);
  }
  return text.replace(/\/+$/u, '');
}

function oneOf<T extends string>(
  values: readonly T[],
): (text: string | undefined, name: string) => T {
  return (text, name) => {
    const value = values.find((each) => each === text);
    if (value === undefined) throw wrong(name, `"${text}" is not one of ${values.join(', ')}`);
    return value;
  };
}

function wrong(name: string, message: string): SpendfuseError {
  return new SpendfuseError({ code: 'CONFIG', message: `${name}: ${message}`, field: name });
}
