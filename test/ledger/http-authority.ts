// The verbs over HTTP as a caller without gRPC writes them, made to look like any other authority.
import {
  type BudgetAuthority,
  type Committed,
  type Decision,
  type Denied,
  type ErrorCode,
  type Extended,
  type Refusal,
  SpendfuseError,
} from '@spendfuse/core';

type Json = Readonly<Record<string, unknown>>;

interface Answer {
  readonly id: string;
  readonly kind: 'granted' | 'denied' | 'refine' | 'extended';
  readonly expiresAt: string | null;
  readonly held: { readonly costNanoUsd: string | null; readonly tokens: string } | null;
  readonly maxOutputTokens: string | null;
  readonly model: string | null;
  readonly heldOutputTokens: string | null;
  readonly waitedMs: string;
  readonly reason: Denied['reason'] | null;
  readonly resetAt: string | null;
  readonly retryAfterMs: string | null;
  readonly refusals: readonly (Record<
    'limit' | 'committed' | 'reserved' | 'requested' | 'budget' | 'unit' | 'window',
    string
  > & {
    readonly reason: Denied['reason'];
    readonly scope: Readonly<Record<string, string>>;
    readonly resetAt: string | null;
    readonly detail: string | null;
  })[];
}

interface CommitAnswer {
  readonly id: string;
  readonly costNanoUsd: string | null;
  readonly catalogue: string;
  readonly overrunNanoUsd: string;
  readonly late: boolean;
}

/** What only gRPC and the admin API have is asked of `beside`. */
export function httpAuthority(
  origin: string,
  beside: Pick<BudgetAuthority, 'balances' | 'watch'>,
): BudgetAuthority {
  const post = async <T>(verb: string, body: Json): Promise<T> => {
    const response = await fetch(`${origin}/v1/${verb}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as T & { error?: Json };
    if (response.ok) return answer;
    const { code, message, field } = answer.error ?? {};
    throw new SpendfuseError({
      code: code as ErrorCode,
      message: String(message),
      field: field as string | undefined,
    });
  };
  const settle = async (verb: string, { call, ...request }: Json): Promise<Committed> => {
    const { reservedAtMs, ...made } = (call ?? {}) as Json;
    const at = reservedAtMs === undefined ? undefined : new Date(reservedAtMs as number);
    const told = call ? { call: { ...made, reservedAt: at?.toISOString() } } : {};
    const answer = await post<CommitAnswer>(verb, { ...request, ...told });
    return {
      ...answer,
      costNanoUsd: numberOf(answer.costNanoUsd),
      overrunNanoUsd: Number(answer.overrunNanoUsd),
    };
  };
  return {
    async reserve({ estimate, ...request }) {
      const { inputBound, ...rest } = estimate;
      const { tokens: inputTokens, exact: inputExact, soft } = inputBound;
      const told = { ...rest, inputTokens, inputExact, soft };
      return decisionOf(await post<Answer>('reserve', { ...request, estimate: told }));
    },
    commit: (request) => settle('commit', { ...request }),
    record: (request) => settle('record', { ...request }),
    release: async (request) => void (await post('release', { ...request })),
    async extend(request) {
      const answer = await post<Answer>('extend', { ...request });
      return answer.kind === 'denied' ? deniedOf(answer) : extendedOf(answer);
    },
    balances: (query) => beside.balances(query),
    watch: (query, signal) => beside.watch(query, signal),
  };
}

function decisionOf(answer: Answer): Decision {
  if (answer.kind === 'refine') return { kind: 'refine' };
  if (answer.kind === 'denied') return deniedOf(answer);
  return {
    ...extendedOf(answer),
    kind: 'granted',
    id: answer.id,
    maxOutputTokens: numberOf(answer.maxOutputTokens),
    model: answer.model ?? undefined,
    heldOutputTokens: numberOf(answer.heldOutputTokens),
    waitedMs: Number(answer.waitedMs),
    shadow: answer.refusals.map(refusalOf),
  };
}

function extendedOf({ expiresAt, held }: Answer): Extended {
  return {
    kind: 'extended',
    expiresAtMs: Date.parse(expiresAt ?? ''),
    held: { costNanoUsd: numberOf(held?.costNanoUsd ?? null), tokens: Number(held?.tokens) },
  };
}

function deniedOf({ reason, resetAt, retryAfterMs, refusals, waitedMs }: Answer): Denied {
  return {
    kind: 'denied',
    reason: reason ?? 'UNAVAILABLE',
    refusals: refusals.map(refusalOf),
    resetAtMs: resetAt === null ? undefined : Date.parse(resetAt),
    retryAfterMs: numberOf(retryAfterMs),
    waitedMs: Number(waitedMs ?? 0),
  };
}

function refusalOf({ resetAt, detail, ...refusal }: Answer['refusals'][number]): Refusal {
  return {
    ...refusal,
    limit: Number(refusal.limit),
    committed: Number(refusal.committed),
    reserved: Number(refusal.reserved),
    requested: Number(refusal.requested),
    resetAtMs: resetAt === null ? undefined : Date.parse(resetAt),
    detail: detail ?? undefined,
  };
}

function numberOf(text: string | null): number | undefined {
  return text === null ? undefined : Number(text);
}
