// A budget authority for tests of the callers: decides as told, and remembers all it was asked.
import type {
  BudgetAuthority,
  Committed,
  CommitRequest,
  Decision,
  Denied,
  ExtendRequest,
  RecordRequest,
  ReleaseRequest,
  ReserveRequest,
} from '@spendfuse/core';

export interface RecordingAuthority extends BudgetAuthority {
  /** Default: grants what is asked, with a hold of input and output together. */
  decide: (request: ReserveRequest) => Decision | Promise<Decision>;
  readonly reserves: ReserveRequest[];
  readonly commits: CommitRequest[];
  /** Of other models than the one that was called. */
  readonly records: RecordRequest[];
  readonly releases: ReleaseRequest[];
  readonly extensions: ExtendRequest[];
}

/** What the fake model may say at most where the request does not limit it. */
export const MODEL_MAX_OUTPUT = 1000;

export const denial: Denied = {
  kind: 'denied',
  reason: 'EXHAUSTED',
  refusals: [
    {
      reason: 'EXHAUSTED',
      budget: 'team-daily',
      scope: { user: 'u1' },
      unit: 'cost',
      window: 'day',
      limit: 5_000_000_000,
      committed: 5_000_000_000,
      reserved: 0,
      requested: 20_000_000,
      resetAtMs: Date.UTC(2026, 10, 23),
    },
  ],
  resetAtMs: Date.UTC(2026, 10, 23),
  retryAfterMs: 60_000,
  waitedMs: 0,
};

export function grant(request: ReserveRequest): Decision {
  const { inputBound, maxOutputTokens = MODEL_MAX_OUTPUT, choices } = request.estimate;
  const tokens = inputBound.tokens + maxOutputTokens * choices;
  return {
    kind: 'granted',
    id: request.id,
    expiresAtMs: Date.now() + 120_000,
    held: { costNanoUsd: tokens * 10, tokens },
    waitedMs: 0,
    shadow: [],
  };
}

function committed({ id, usage }: CommitRequest): Committed {
  const costNanoUsd = (usage.inputTokens + usage.outputTokens) * 10;
  return { id, costNanoUsd, catalogue: 'test', overrunNanoUsd: 0, late: false };
}

export function createRecordingAuthority(): RecordingAuthority {
  const authority: RecordingAuthority = {
    decide: grant,
    reserves: [],
    commits: [],
    records: [],
    releases: [],
    extensions: [],
    async reserve(request) {
      authority.reserves.push(request);
      return authority.decide(request);
    },
    async commit(request) {
      authority.commits.push(request);
      return committed(request);
    },
    async release(request) {
      authority.releases.push(request);
    },
    async extend(request) {
      authority.extensions.push(request);
      const reserve = authority.reserves.find(({ id }) => id === request.id);
      const input = reserve?.estimate.inputBound.tokens ?? 0;
      const held = { costNanoUsd: 0, tokens: input + (request.outputTokens ?? 0) };
      return { kind: 'extended', expiresAtMs: Date.now() + request.ttlMs, held };
    },
    async record(request) {
      authority.records.push(request);
      return committed(request);
    },
    balances: async () => [],
    async *watch() {
      yield [];
    },
  };
  return authority;
}
