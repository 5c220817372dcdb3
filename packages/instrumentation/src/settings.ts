// The settings of the preload: every environment variable declared once, as data.
import {
  checkLabels,
  type GraceAmount,
  invalid,
  type Labels,
  type OnUnavailable,
  parseGrace,
  SpendfuseError,
  type UnavailablePolicy,
} from '@spendfuse/core';
import { providers } from '@spendfuse/providers';
import { createHosts, type Hosts } from './hosts.ts';
import { LOG_LEVELS, type LogLevel } from './log.ts';
import { resourceLabels } from './resource-labels.ts';

export interface Setting<T> {
  readonly env: string;
  readonly default: T;
  /** How a value is written. */
  readonly form: string;
  readonly docs: string;
  /**
   * Reads a value that is set and not blank.
   * @throws SpendfuseError naming a field and saying what is wrong with it, without the form.
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
      throw invalid('endpoint', `"${text}" is no address`);
    },
  }),
  labels: setting<Labels>({
    env: 'SPENDFUSE_LABELS',
    default: {},
    form: 'name=value,name=value',
    docs: 'Who spends, for every call of this process. `runAs` adds to them and wins.',
    read: readLabels,
  }),
  baggage: setting<readonly string[]>({
    env: 'SPENDFUSE_BAGGAGE',
    default: [],
    form: 'user,team',
    docs: 'Entries of OpenTelemetry baggage that are trusted to be labels. They go over SPENDFUSE_LABELS.',
    read: readBaggage,
  }),
  onUnavailable: setting<OnUnavailable>({
    env: 'SPENDFUSE_ON_UNAVAILABLE',
    default: 'deny',
    form: 'allow, deny or grace',
    docs: 'What happens to a call when no decision is to be had. With SPENDFUSE_GRACE set: grace.',
    read: (text) => {
      if (text === 'allow' || text === 'deny' || text === 'grace') return text;
      throw invalid('onUnavailable', `"${text}" is no policy`);
    },
  }),
  grace: setting<GraceAmount | undefined>({
    env: 'SPENDFUSE_GRACE',
    default: undefined,
    form: '$0.50, 50000 tokens or 20 requests',
    docs: 'What this process may spend while no decision is to be had, before calls are denied.',
    read: (text) => parseGrace(text),
  }),
  spoolDir: setting<string | undefined>({
    env: 'SPENDFUSE_SPOOL_DIR',
    default: undefined,
    form: '/path/of/a/folder',
    docs: 'Where what cannot be delivered outlives this process. Without it, it is kept in memory.',
    read: (text) => {
      if (text.startsWith('/') || /^[a-z]:[\\/]/iu.test(text)) return text;
      throw invalid('spoolDir', `"${text}" is no absolute path`);
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
      throw invalid('log', `"${text}" is no level`);
    },
  }),
} as const;

export interface Settings extends UnavailablePolicy {
  readonly endpoint: string | undefined;
  readonly labels: Labels;
  /** Names of baggage entries that become labels. */
  readonly baggage: readonly string[];
  /** Why nobody can tell who spends: then there is no decision to be had, and `onUnavailable` rules. */
  readonly undecidable: string | undefined;
  readonly spoolDir: string | undefined;
  readonly hosts: Hosts;
  /** Some could not be read: of a call to a host that is not known, nobody can tell whether it is one. */
  readonly hasUnreadHosts: boolean;
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
  const readText = <T>(
    { env: name, form, read: parse }: Setting<T>,
    text: string,
  ): T | undefined => {
    try {
      return parse(text);
    } catch (error) {
      problems.push(problemOf(SpendfuseError.from(error), { name, form }));
      return undefined;
    }
  };
  const read = <T>(declared: Setting<T>): T => {
    const text = env[declared.env]?.trim();
    return (text ? readText(declared, text) : undefined) ?? declared.default;
  };
  const endpoint = read(SETTINGS.endpoint);
  const problemsBefore = problems.length;
  const labels = { ...readResource(env, problems), ...read(SETTINGS.labels) };
  const baggage = read(SETTINGS.baggage);
  const undecidable = problems.length > problemsBefore ? problems.at(-1) : undefined;
  // One by one: an entry that is wrong takes no other with it.
  const hostTexts = (env[SETTINGS.hosts.env] ?? '').split(',').filter((text) => text.trim() !== '');
  const entries = hostTexts.map((text) => readText(SETTINGS.hosts, text));
  const settings: Settings = {
    // An endpoint that cannot be used still means that calls are not to pass uncounted.
    endpoint: endpoint ?? (env[SETTINGS.endpoint.env]?.trim() || undefined),
    labels,
    baggage,
    undecidable,
    ...readPolicy(env, { read, problems }),
    spoolDir: read(SETTINGS.spoolDir),
    hosts: createHosts([...knownHosts(env), ...entries.flatMap((entry) => entry ?? [])]),
    hasUnreadHosts: entries.includes(undefined),
    log: read(SETTINGS.log),
  };
  return { settings, problems };
}

/** The form is what a value as a whole lacks; what is said of a part of one (`labels.Team`) is enough. */
function problemOf(
  { message, field }: SpendfuseError,
  { name, form }: { readonly name: string; readonly form: string },
): string {
  if (field?.includes('.')) return `${name}: ${message}`;
  const what = field === undefined ? message : message.slice(`${field}: `.length);
  return `${name}: ${what}; write it as ${form}`;
}

interface Reading {
  readonly read: <T>(declared: Setting<T>) => T;
  readonly problems: string[];
}

/** Grace without an amount, or with one that cannot be read, allows nothing. */
function readPolicy(env: Env, { read, problems }: Reading): UnavailablePolicy {
  const problemsBefore = problems.length;
  const grace = read(SETTINGS.grace);
  const isNamed = Boolean(env[SETTINGS.onUnavailable.env]?.trim());
  const onUnavailable = isNamed || !grace ? read(SETTINGS.onUnavailable) : 'grace';
  if (onUnavailable !== 'grace') return { onUnavailable, grace: undefined };
  if (grace) return { onUnavailable, grace };
  const { env: name, form } = SETTINGS.grace;
  if (problems.length === problemsBefore) {
    problems.push(`${name}: is not set, so nothing is allowed; write it as ${form}`);
  }
  return { onUnavailable: 'deny', grace: undefined };
}

/** The providers' own origins, and where their SDKs are told to go. */
function knownHosts(env: Env): HostEntries {
  const own = providers.flatMap(({ name, origins }) =>
    origins.map((origin) => [origin, name] as const),
  );
  const known = createHosts(own);
  const told = providers.flatMap(({ name, baseUrlVariables = [] }) =>
    baseUrlVariables.flatMap((variable) => {
      const origin = toldOrigin(env[variable]?.trim() ?? '');
      // `OPENAI_BASE_URL` often names another host that speaks its API, and has its own prices.
      const isNews = origin !== undefined && known.at(origin) === undefined;
      return isNews ? [[origin, name] as const] : [];
    }),
  );
  return [...own, ...told];
}

/** `OLLAMA_HOST` may be a host alone, and its port is Ollama's where it names none. */
function toldOrigin(text: string): string | undefined {
  if (!/^[\w.-]+(?::\d+)?$/u.test(text)) return originOf(text);
  return originOf(`http://${text.includes(':') ? text : `${text}:11434`}`);
}

function readLabels(text: string): Labels {
  const pairs = text.split(',').map((pair) => {
    const [, name, value] = /^([^=]*)=(.*)$/su.exec(pair.trim()) ?? [];
    if (name === undefined || value === undefined) {
      throw invalid('labels', `"${pair.trim()}" is no label`);
    }
    return [name.trim(), value.trim()] as const;
  });
  const labels = Object.fromEntries(pairs);
  checkLabels(labels);
  return labels;
}

function readBaggage(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  checkLabels(Object.fromEntries(names.map((name) => [name, 'any'])), 'baggage');
  return names;
}

/** The labels that the OpenTelemetry resource gives; a problem where it cannot. */
function readResource(env: Env, problems: string[]): Labels {
  try {
    return resourceLabels(env);
  } catch (error) {
    problems.push(`OpenTelemetry ${SpendfuseError.from(error).message}; set a shorter, plain one`);
    return {};
  }
}

function readHosts(text: string): HostEntries {
  const names = providers.map(({ name }) => name);
  return text.split(',').map((entry) => {
    const [, url = '', name = ''] = /^(.*)=([^=]*)$/su.exec(entry.trim()) ?? [];
    const origin = originOf(url.trim());
    if (origin === undefined) throw invalid('hosts', `"${entry.trim()}" is no URL of a provider`);
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
