// The admin API of a running sidecar, as the commands use it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERROR_CODES, type ErrorCode, type Labels, SpendfuseError } from '@spendfuse/core';
import type { allowanceJson, budgetJson, explanationJson } from '@spendfuse/sidecar';
import { readSettings } from '@spendfuse/sidecar/settings';

export type BudgetJson = ReturnType<typeof budgetJson>;
export type AllowanceJson = ReturnType<typeof allowanceJson>;
export type ExplanationJson = ReturnType<typeof explanationJson>;

export interface AllowanceQuestion {
  /** `$50`, `-$5`, `100k tokens`. */
  readonly amount: string;
  readonly scope: Labels;
  readonly window: string | undefined;
  /** ISO; undefined: from now on. */
  readonly from?: string | undefined;
  /** ISO; undefined: for good. */
  readonly until?: string | undefined;
  readonly note: string | undefined;
}

export interface ExplainQuestion {
  readonly labels: Labels;
  readonly provider: string | undefined;
  readonly model: string;
  readonly operation: string | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number | undefined;
  readonly amounts: Readonly<Record<string, number>>;
  readonly tier: string | undefined;
}

export interface AdminClient {
  budgets(): Promise<readonly BudgetJson[]>;
  setBudget(id: string, definition: object): Promise<BudgetJson>;
  deleteBudget(id: string): Promise<void>;
  allowances(): Promise<readonly AllowanceJson[]>;
  allow(budget: string, question: AllowanceQuestion): Promise<AllowanceJson>;
  withdraw(id: string): Promise<void>;
  reset(budget: string, scope: Labels): Promise<void>;
  /** How many counters lacked something. */
  backfill(budget: string): Promise<number>;
  explain(question: ExplainQuestion): Promise<ExplanationJson>;
}

export interface AdminFlags {
  /** `http://127.0.0.1:4752` */
  readonly admin?: string;
  readonly token?: string;
  /** Data folder of the sidecar, where its token lies. */
  readonly data?: string;
}

export const DEFAULT_ADMIN = 'http://127.0.0.1:4752';

/** Asks nothing yet. @throws SpendfuseError `INVALID_ARGUMENT` for an address that is none */
export async function adminClient(flags: AdminFlags): Promise<AdminClient> {
  const url = addressOf(flags.admin ?? (process.env['SPENDFUSE_ADMIN'] || DEFAULT_ADMIN));
  const token = await tokenOf(flags);
  const ask: Ask = (method, path, body) => send({ url, token, method, path, body });
  const named = (id: string) => encodeURIComponent(id);
  return {
    budgets: async () => (await ask<{ budgets: BudgetJson[] }>('GET', '/api/budgets')).budgets,
    async setBudget(id, definition) {
      const path = `/api/budgets/${named(id)}`;
      return (await ask<{ budget: BudgetJson }>('PUT', path, definition)).budget;
    },
    deleteBudget: async (id) => ask('DELETE', `/api/budgets/${named(id)}`),
    async allowances() {
      return (await ask<{ allowances: AllowanceJson[] }>('GET', '/api/allowances')).allowances;
    },
    async allow(budget, question) {
      const path = `/api/budgets/${named(budget)}/allowances`;
      return (await ask<{ allowance: AllowanceJson }>('POST', path, question)).allowance;
    },
    withdraw: async (id) => ask('DELETE', `/api/allowances/${named(id)}`),
    reset: async (budget, scope) => ask('POST', `/api/budgets/${named(budget)}/reset`, { scope }),
    async backfill(budget) {
      const path = `/api/budgets/${named(budget)}/backfill`;
      return Number((await ask<{ counters: string }>('POST', path)).counters);
    },
    explain: async (question) => ask('POST', '/api/explain', question),
  };
}

type Ask = <T>(method: string, path: string, body?: object) => Promise<T>;

function addressOf(text: string): string {
  const withScheme = /^https?:\/\//u.test(text) ? text : `http://${text}`;
  if (URL.canParse(withScheme)) return withScheme.replace(/\/+$/u, '');
  const message = `--admin: "${text}" is no address; write it like ${DEFAULT_ADMIN}`;
  throw new SpendfuseError({ code: 'INVALID_ARGUMENT', message, field: '--admin' });
}

const TOKEN_FILE = 'admin.token';

/** Undefined: there is none at hand; reading may do without. */
async function tokenOf({ token, data }: AdminFlags): Promise<string | undefined> {
  const given = token ?? process.env['SPENDFUSE_ADMIN_TOKEN'];
  if (given) return given;
  const { dataFolder } = readSettings({ env: process.env, flags: { dataFolder: data } });
  if (dataFolder === undefined) return undefined;
  const text = await readFile(join(dataFolder, TOKEN_FILE), 'utf8').catch(() => undefined);
  return text?.trim() || undefined;
}

interface Question {
  readonly url: string;
  readonly token: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
}

const TIMEOUT_MS = 10_000;

async function send<T>({ url, token, method, path, body }: Question): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (body) headers['content-type'] = 'application/json';
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url}${path}`, {
      method,
      headers,
      body: body ? JSON.stringify(body) : null,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await response.text();
  } catch (cause) {
    const message = `no Spendfuse admin API answers at ${url}; start a sidecar with \`spendfuse up\`, or name another with --admin`;
    throw new SpendfuseError({ code: 'UNAVAILABLE', message, cause });
  }
  if (response.status === 401) throw unauthenticated(url, token);
  const answer = parsed(text);
  if (response.ok && answer !== undefined) return answer as T;
  throw refusedBy(url, response.status, answer);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unauthenticated(url: string, token: string | undefined): SpendfuseError {
  const why = token === undefined ? 'wants its admin token' : 'does not know this admin token';
  const where = `--token, SPENDFUSE_ADMIN_TOKEN, or --data with the folder that holds ${TOKEN_FILE}`;
  const message = `the sidecar at ${url} ${why}; give it by ${where}`;
  return new SpendfuseError({ code: 'CONFIG', message });
}

function refusedBy(url: string, status: number, answer: unknown): SpendfuseError {
  const { error } = (answer ?? {}) as {
    readonly error?: { readonly code: string; readonly message: string; readonly field?: string };
  };
  if (!error) {
    const message = `${url} answered with ${status}, and not as a Spendfuse sidecar does`;
    return new SpendfuseError({ code: 'INTERNAL', message });
  }
  const code = (ERROR_CODES as readonly string[]).includes(error.code) ? error.code : 'INTERNAL';
  const { message, field } = error;
  return new SpendfuseError({ code: code as ErrorCode, message, field: field ?? undefined });
}
