// What a guarded app needs besides its packages: settings, a sidecar that answers, the preload, known hosts.
import { formatGrace, SpendfuseError } from '@spendfuse/core';
import {
  readSettings,
  SETTINGS,
  type Settings,
  type SettingsRead,
} from '@spendfuse/instrumentation';
import { withClient } from '../endpoint.ts';
import type { App } from './find-packages.ts';

export interface Check {
  readonly name: 'settings' | 'sidecar' | 'preload' | 'hosts' | 'packages';
  readonly ok: boolean;
  /** What is there, or what is wrong and what to do. */
  readonly text: string;
}

type Env = Readonly<Record<string, string | undefined>>;

export async function checkApp(app: App, env: Env): Promise<readonly Check[]> {
  const read = readSettings(env);
  const { settings } = read;
  const start = startOf(app, env);
  return [
    checkSettings(env, read),
    await checkSidecar(settings, start),
    checkPreload(start),
    ...checkHosts(env, settings),
    ...checkInstalled(app),
  ];
}

function checkSettings(env: Env, { settings, problems }: SettingsRead): Check {
  if (problems.length > 0) return { name: 'settings', ok: false, text: problems.join('\n') };
  const { onUnavailable, grace } = settings;
  const given = Object.values(SETTINGS).flatMap(({ env: name }) => {
    const value = env[name]?.trim();
    return value ? `${name}=${value}` : [];
  });
  const policy = grace ? `grace of ${formatGrace(grace)}` : onUnavailable;
  const text = `${given.join(', ') || 'none is set'}; when nobody can be asked: ${policy}`;
  return { name: 'settings', ok: true, text };
}

/** How the preload gets into the app, as far as can be seen. */
interface Start {
  readonly text: string;
  /** It brings a sidecar along. */
  readonly isRun: boolean;
}

const REGISTER = /spendfuse[\\/](?:dist[\\/])?register|spendfuse[^"\s]*[\\/]register\.cjs/u;

/** Undefined: nothing does. */
function startOf({ scripts }: App, env: Env): Start | undefined {
  if (REGISTER.test(env['NODE_OPTIONS'] ?? '')) return { text: 'in NODE_OPTIONS', isRun: false };
  const named = Object.entries(scripts);
  const run = named.find(([, script]) => /\bspendfuse run\b/u.test(script));
  if (run) return { text: `by \`spendfuse run\` in the script "${run[0]}"`, isRun: true };
  const register = named.find(([, script]) => REGISTER.test(script));
  return register && { text: `in the script "${register[0]}"`, isRun: false };
}

function checkPreload(start: Start | undefined): Check {
  const text =
    start?.text ??
    'neither in NODE_OPTIONS nor in a script of package.json: start the app by `spendfuse run -- …`, ' +
      'or by node --import spendfuse/register …';
  return { name: 'preload', ok: start !== undefined, text };
}

async function checkSidecar({ endpoint }: Settings, start: Start | undefined): Promise<Check> {
  const name = 'sidecar';
  const variable = SETTINGS.endpoint.env;
  if (endpoint === undefined) {
    if (start?.isRun) return { name, ok: true, text: '`spendfuse run` brings one along' };
    const text = `${variable} is not set, so calls pass uncounted; set it, or use \`spendfuse run\``;
    return { name, ok: false, text };
  }
  try {
    const balances = await withClient(endpoint, (client) => client.balances({}));
    const budgets = new Set(balances.map(({ budget }) => budget)).size;
    const text = `answers at ${endpoint}; budgets in use: ${budgets}`;
    return { name, ok: true, text };
  } catch (error) {
    return { name, ok: false, text: `${variable}: ${SpendfuseError.from(error).message}` };
  }
}

/** Variables by which SDKs, and programs around them, are told where to go. */
const ADDRESS =
  /^(?:AZURE_)?(?:OPENAI|ANTHROPIC|GOOGLE|GEMINI|GROQ|MISTRAL|COHERE|CO|OLLAMA|DEEPSEEK|XAI|PERPLEXITY|OPENROUTER|TOGETHER|FIREWORKS|LITELLM|VLLM|LLM)_(?:.*_)?(?:BASE_?URL|API_BASE|API_URL|ENDPOINT|HOST)$/u;

/** Those that lead to a host of which nobody has said what is spoken there. */
function checkHosts(env: Env, { hosts }: Settings): readonly Check[] {
  return Object.entries(env).flatMap(([variable, value]) => {
    const origin = ADDRESS.test(variable) ? originOf(value ?? '') : undefined;
    if (origin === undefined || hosts.at(origin) !== undefined) return [];
    const text = `${variable}: ${origin} is no known host, so its calls pass uncounted; set ${SETTINGS.hosts.env}=${origin}=<provider>`;
    return { name: 'hosts', ok: false, text };
  });
}

/** Undefined for anything but an http or https URL. */
function originOf(text: string): string | undefined {
  const url = URL.parse(text);
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url.origin : undefined;
}

/** Packages that cannot be looked at, of which nobody can say that they are guarded. */
function checkInstalled({ missing, isPlugNPlay }: App): readonly Check[] {
  if (missing.length === 0) return [];
  const names = missing.join(', ');
  const text = isPlugNPlay
    ? `${names}: kept by Yarn's Plug'n'Play where the doctor cannot look; install with \`nodeLinker: node-modules\` to have them examined`
    : `${names}: declared in package.json and not installed, so nobody can tell; install first`;
  return [{ name: 'packages', ok: false, text }];
}
