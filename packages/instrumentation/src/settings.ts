// The settings of the preload: every environment variable declared once, as data.
import { checkLabels, invalid, type Labels, SpendfuseError } from '@spendfuse/core';
import type { OnUnavailable } from '@spendfuse/guard';
import { providers } from '@spendfuse/providers';
import { createHosts, type Hosts } from './hosts.ts';
import { LOG_LEVELS, type LogLevel } from './log.ts';

export interface Setting<T> {
  readonly env: string;
  readonly default: T;
  /** How a value is written. */
  readonly form: string;
  readonly docs: string;
  /**
   * Reads a value that is set and not blank.
   * @throws SpendfuseError saying what is wrong with it.
   */
  readonly read: (text: string) => T;
}

/** Origin, or pattern of one, and the name of the provider that is spoken there. */
type HostEntries = readonly (readonly [string, string])[];

const ENDPOINT = /^(?:unix:.+|(?:\[[0-9a-f:]+\]|[\w.-]+):\d{1,5})$/iu;

export const SETTINGS = {
  endpoint: setting<string | undefined>({
    env: 'SPENDFUSE_ENDPOINT',
    default: undefined,
    form: 'unix:/path or host:port',
    docs: 'Where the budget authority listens. Without it calls pass unchanged and uncounted.',
    read: (text) => {
      if (ENDPOINT.test(text)) return text;
      throw invalid('endpoint', `"${text}" is neither unix:/path nor host:port`);
    },
  }),
  labels: setting<Labels>({
    env: 'SPENDFUSE_LABELS',
    default: {},
    form: 'name=value,name=value',
    docs: 'Who spends, for every call of this process. `runAs` adds to them and wins.',
    read: readLabels,
  }),
  onUnavailable: setting<OnUnavailable>({
    env: 'SPENDFUSE_ON_UNAVAILABLE',
    default: 'deny',
    form: 'allow or deny',
    docs: 'What happens to a call when no decision is to be had.',
    read: (text) => {
      if (text === 'allow' || text === 'deny') return text;
      throw invalid('onUnavailable', `"${text}" is neither allow nor deny`);
    },
  }),
  hosts: setting<HostEntries>({
    env: 'SPENDFUSE_HOSTS',
    default: [],
    form: 'http://127.0.0.1:9999=openai,…',
    docs: 'Other places where a provider is spoken: gateways, proxies, local servers.',
    read: readHosts,
  }),
  log: setting<LogLevel>({
    env: 'SPENDFUSE_LOG',
    default: 'warn',
    form: LOG_LEVELS.join(', '),
    docs: 'How much the preload tells on stderr.',
    read: (text) => {
      const level = LOG_LEVELS.find((known) => known === text);
      if (level) return level;
      throw invalid('log', `"${text}" is none of ${LOG_LEVELS.join(', ')}`);
    },
  }),
} as const;

export interface Settings {
  readonly endpoint: string | undefined;
  readonly labels: Labels;
  /** Why nobody can tell who spends: then there is no decision to be had, and `onUnavailable` rules. */
  readonly undecidable: string | undefined;
  readonly onUnavailable: OnUnavailable;
  readonly hosts: Hosts;
  readonly log: LogLevel;
}

export interface SettingsRead {
  readonly settings: Settings;
  /** One line for each value that could not be used. */
  readonly problems: readonly string[];
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * A value that is wrong is told and replaced by the default; none of the defaults is unsafe. Labels
 * have none: without them, calls would pass the budgets that are meant for them.
 */
export function readSettings(env: Env): SettingsRead {
  const problems: string[] = [];
  const read = <T>({ env: name, default: fallback, form, read: parse }: Setting<T>): T => {
    const text = env[name]?.trim();
    if (!text) return fallback;
    try {
      return parse(text);
    } catch (error) {
      const { message } = SpendfuseError.from(error);
      problems.push(`${name}: ${message}; write it as ${form}`);
      return fallback;
    }
  };
  const endpoint = read(SETTINGS.endpoint);
  const problemsBefore = problems.length;
  const labels = read(SETTINGS.labels);
  const undecidable = problems.length > problemsBefore ? problems.at(-1) : undefined;
  const settings: Settings = {
    // An endpoint that cannot be used still means that calls are not to pass uncounted.
    endpoint: endpoint ?? (env[SETTINGS.endpoint.env]?.trim() || undefined),
    labels,
    undecidable,
    onUnavailable: read(SETTINGS.onUnavailable),
    hosts: createHosts([...knownHosts(env), ...read(SETTINGS.hosts)]),
    log: read(SETTINGS.log),
  };
  return { settings, problems };
}

/** What their SDKs read to know where to go. */
const BASE_URLS = [
  ['OPENAI_BASE_URL', 'openai'],
  ['ANTHROPIC_BASE_URL', 'anthropic'],
] as const;

/** The providers' own origins, and where their SDKs are told to go. */
function knownHosts(env: Env): HostEntries {
  const own = providers.flatMap(({ name, origins }) =>
    origins.map((origin) => [origin, name] as const),
  );
  const told = BASE_URLS.flatMap(([name, provider]) => {
    const origin = originOf(env[name] ?? '');
    return origin === undefined ? [] : [[origin, provider] as const];
  });
  return [...own, ...told];
}

function readLabels(text: string): Labels {
  const pairs = text.split(',').map((pair) => {
    const [, name, value] = /^([^=]*)=(.*)$/su.exec(pair.trim()) ?? [];
    if (name === undefined || value === undefined) {
      throw invalid('labels', `"${pair.trim()}" is no name=value`);
    }
    return [name.trim(), value.trim()] as const;
  });
  const labels = Object.fromEntries(pairs);
  checkLabels(labels);
  return labels;
}

function readHosts(text: string): HostEntries {
  const names = providers.map(({ name }) => name);
  return text.split(',').map((entry) => {
    const [, url = '', name = ''] = /^(.*)=([^=]*)$/su.exec(entry.trim()) ?? [];
    const origin = originOf(url.trim());
    if (origin === undefined) throw invalid('hosts', `"${entry.trim()}" is no URL=provider`);
    if (!names.includes(name.trim())) {
      throw invalid('hosts', `unknown provider "${name.trim()}"; known: ${names.join(', ')}`);
    }
    return [origin, name.trim()] as const;
  });
}

/** Undefined for anything but an http or https URL. */
function originOf(text: string): string | undefined {
  const url = URL.parse(text);
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url.origin : undefined;
}

function setting<T>(declared: Setting<T>): Setting<T> {
  return declared;
}
