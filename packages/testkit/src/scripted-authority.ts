// A budget authority in memory that says what a test wants, and remembers what it was asked.
import type {
  Balance,
  BudgetAuthority,
  CommitRequest,
  Committed,
  Decision,
  Extended,
  ExtendRequest,
  RecordRequest,
  ReleaseRequest,
  ReserveRequest,
} from '@spendfuse/core';

export interface Asked {
  readonly reserve: readonly ReserveRequest[];
  readonly commit: readonly CommitRequest[];
  readonly release: readonly ReleaseRequest[];
  readonly extend: readonly ExtendRequest[];
  readonly record: readonly RecordRequest[];
}

export interface ScriptedAuthority extends BudgetAuthority {
  /** Requests in the order in which they came. */
  readonly asked: Asked;
  /** Methods put here answer instead; what was asked is remembered nevertheless. */
  script: Partial<BudgetAuthority>;
}

/** Grants, commits, releases and extends all there is, unless its script says otherwise. */
export function createScriptedAuthority(script: Partial<BudgetAuthority> = {}): ScriptedAuthority {
  const asked = {
    reserve: [] as ReserveRequest[],
    commit: [] as CommitRequest[],
    release: [] as ReleaseRequest[],
    extend: [] as ExtendRequest[],
    record: [] as RecordRequest[],
  };
  const authority: ScriptedAuthority = {
    asked,
    script,
    reserve: async (request) => {
      asked.reserve.push(request);
      return authority.script.reserve?.(request) ?? grantedTo(request);
    },
    commit: async (request) => {
      asked.commit.push(request);
      return authority.script.commit?.(request) ?? committedFor(request);
    },
    release: async (request) => {
      asked.release.push(request);
      await authority.script.release?.(request);
    },
    extend: async (request) => {
      asked.extend.push(request);
      return authority.script.extend?.(request) ?? extendedFor(request);
    },
    record: async (request) => {
      asked.record.push(request);
      return authority.script.record?.(request) ?? committedFor(request);
    },
    balances: async (query) => authority.script.balances?.(query) ?? [SOME_BALANCE],
    watch: (query, signal) => authority.script.watch?.(query, signal) ?? once(signal),
  };
  return authority;
}

const EXPIRES_AT_MS = 1_790_000_000_000;

function extendedFor({ ttlMs }: ExtendRequest): Extended {
  const held = { costNanoUsd: Number.MAX_SAFE_INTEGER, tokens: 5000 };
  return { kind: 'extended', expiresAtMs: EXPIRES_AT_MS + ttlMs, held };
}

function grantedTo({ id }: ReserveRequest): Decision {
  const held = { costNanoUsd: Number.MAX_SAFE_INTEGER, tokens: 5000 };
  return { kind: 'granted', id, expiresAtMs: EXPIRES_AT_MS, held, waitedMs: 0, shadow: [] };
}

function committedFor({ id, usage }: CommitRequest): Committed {
  const costNanoUsd = usage.inputTokens + usage.outputTokens;
  return { id, costNanoUsd, catalogue: 'scripted', overrunNanoUsd: 0, late: false };
}

const SOME_BALANCE: Balance = {
  budget: 'all',
  scope: {},
  unit: 'cost',
  window: 'day',
  limit: Number.MAX_SAFE_INTEGER,
  committed: 1,
  reserved: 2,
  remaining: Number.MAX_SAFE_INTEGER - 3,
  mode: 'enforce',
};

/** The balances as they are, and no change until the signal aborts. */
async function* once(signal: AbortSignal): AsyncGenerator<readonly Balance[]> {
  yield [SOME_BALANCE];
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
