// Every setting of the sidecar, declared once: environment, flag, default, meaning, validation.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { SpendfuseError } from '@spendfuse/core';
import { LOG_LEVELS, type LogLevel } from './log.ts';

export interface Listen {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export type Durability = 'disk' | 'process';

/** Undefined means off, or not given. */
export interface SidecarSettings {
  readonly configFile: string | undefined;
  /** Undefined: nothing is kept. */
  readonly dataFolder: string | undefined;
  readonly grpcListen: Listen | undefined;
  readonly socketPath: string | undefined;
  readonly httpListen: Listen | undefined;
  readonly durability: Durability;
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
    help: 'address of health, metrics and the API; port 0 takes a free one, `none` turns it off',
    fallback: () => '127.0.0.1:4751',
    parse: parseListen,
  },
  durability: {
    env: 'SPENDFUSE_DURABILITY',
    flag: '--durability <level>',
    help: '`disk` survives a power cut, `process` a crash of the sidecar',
    fallback: () => 'disk',
    parse: oneOf<Durability>(['disk', 'process']),
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
    grpcListen: read('grpcListen'),
    socketPath: read('socketPath'),
    httpListen: read('httpListen'),
    durability: read('durability'),
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
