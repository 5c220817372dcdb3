// What is answered: decisions, settlements and balances to the wire and back; what is unknown denies.
import {
  type Balance,
  type BuiltInUnit,
  type Committed,
  type Decision,
  DENIAL_REASONS,
  type DenialReason,
  type Denied,
  type Extended,
  type Held,
  type Refusal,
  type Unit,
} from '@spendfuse/core';
import { whole, wholeOr } from './numbers.ts';
import {
  DenialReason as WireReason,
  Mode as WireMode,
  Outcome,
  Unit as WireUnit,
  type WireBalance,
  type WireBalancesResponse,
  type WireCommitResponse,
  type WireExtendResponse,
  type WireRefusal,
  type WireReserveResponse,
} from './wire.ts';

export function decisionToWire(id: string, decision: Decision): WireReserveResponse {
  switch (decision.kind) {
    case 'granted':
      return {
        id,
        outcome: Outcome.OUTCOME_GRANTED,
        expiresAtMs: whole(decision.expiresAtMs, 'expiresAtMs'),
        heldCostNanoUsd: wholeOr(null, decision.held.costNanoUsd, 'held.costNanoUsd'),
        heldTokens: whole(decision.held.tokens, 'held.tokens'),
        maxOutputTokens: wholeOr(null, decision.maxOutputTokens, 'maxOutputTokens'),
        shadow: decision.shadow.map(refusalToWire),
        waitedMs: whole(decision.waitedMs, 'waitedMs'),
        model: decision.model ?? '',
        heldOutputTokens: wholeOr(null, decision.heldOutputTokens, 'heldOutputTokens'),
      };
    case 'denied':
      return {
        ...denialToWire(id, decision),
        waitedMs: whole(decision.waitedMs, 'waitedMs'),
      };
    case 'refine':
      return { id, outcome: Outcome.OUTCOME_REFINE };
  }
}

/** An outcome or reason that this version does not know is a denial. */
export function decisionFromWire(wire: WireReserveResponse): Decision {
  const waitedMs = whole(wire.waitedMs, 'waitedMs');
  switch (wire.outcome) {
    case Outcome.OUTCOME_GRANTED:
      return {
        kind: 'granted',
        id: wire.id ?? '',
        expiresAtMs: whole(wire.expiresAtMs, 'expiresAtMs'),
        held: heldFromWire(wire),
        maxOutputTokens: wholeOr(undefined, wire.maxOutputTokens, 'maxOutputTokens'),
        model: wire.model || undefined,
        heldOutputTokens: wholeOr(undefined, wire.heldOutputTokens, 'heldOutputTokens'),
        waitedMs,
        shadow: (wire.shadow ?? []).flatMap(refusalFromWire),
      };
    case Outcome.OUTCOME_REFINE:
      return { kind: 'refine' };
    default:
      return denialFromWire(wire, waitedMs);
  }
}

/** What a denied reserve and a denied extend say. */
type WireDenial = Pick<
  WireExtendResponse,
  'id' | 'outcome' | 'reason' | 'refusals' | 'resetAtMs' | 'retryAfterMs'
>;

function denialToWire(id: string, denied: Denied): WireDenial {
  return {
    id,
    outcome: Outcome.OUTCOME_DENIED,
    reason: REASON_TO_WIRE[denied.reason],
    refusals: denied.refusals.map(refusalToWire),
    resetAtMs: wholeOr(null, denied.resetAtMs, 'resetAtMs'),
    retryAfterMs: wholeOr(null, denied.retryAfterMs, 'retryAfterMs'),
  };
}

function denialFromWire(wire: WireDenial, waitedMs: number): Denied {
  return {
    kind: 'denied',
    reason: reasonFromWire(wire.reason) ?? 'UNAVAILABLE',
    refusals: (wire.refusals ?? []).flatMap(refusalFromWire),
    resetAtMs: wholeOr(undefined, wire.resetAtMs, 'resetAtMs'),
    retryAfterMs: wholeOr(undefined, wire.retryAfterMs, 'retryAfterMs'),
    waitedMs,
  };
}

function heldFromWire(wire: Pick<WireExtendResponse, 'heldCostNanoUsd' | 'heldTokens'>): Held {
  return {
    costNanoUsd: wholeOr(undefined, wire.heldCostNanoUsd, 'held.costNanoUsd'),
    tokens: whole(wire.heldTokens, 'held.tokens'),
  };
}

function refusalToWire(refusal: Refusal): WireRefusal {
  return {
    reason: REASON_TO_WIRE[refusal.reason],
    budget: refusal.budget,
    scope: refusal.scope,
    ...unitToWire(refusal.unit),
    window: refusal.window,
    limit: whole(refusal.limit, 'limit'),
    committed: whole(refusal.committed, 'committed'),
    reserved: whole(refusal.reserved, 'reserved'),
    requested: whole(refusal.requested, 'requested'),
    resetAtMs: wholeOr(null, refusal.resetAtMs, 'resetAtMs'),
    detail: refusal.detail ?? '',
  };
}

/** Nothing, where a newer authority names a unit or reason that cannot be told here. */
function refusalFromWire(wire: WireRefusal): readonly Refusal[] {
  const reason = reasonFromWire(wire.reason);
  const unit = unitFromWire(wire);
  if (reason === undefined || unit === undefined) return [];
  return [
    {
      reason,
      budget: wire.budget ?? '',
      scope: wire.scope ?? {},
      unit,
      window: wire.window ?? '',
      limit: whole(wire.limit, 'limit'),
      committed: whole(wire.committed, 'committed'),
      reserved: whole(wire.reserved, 'reserved'),
      requested: whole(wire.requested, 'requested'),
      resetAtMs: wholeOr(undefined, wire.resetAtMs, 'resetAtMs'),
      detail: wire.detail || undefined,
    },
  ];
}

export function committedToWire(committed: Committed): WireCommitResponse {
  return {
    id: committed.id,
    costNanoUsd: wholeOr(null, committed.costNanoUsd, 'costNanoUsd'),
    catalogue: committed.catalogue,
    overrunNanoUsd: whole(committed.overrunNanoUsd, 'overrunNanoUsd'),
    late: committed.late,
  };
}

export function committedFromWire(wire: WireCommitResponse): Committed {
  return {
    id: wire.id ?? '',
    costNanoUsd: wholeOr(undefined, wire.costNanoUsd, 'costNanoUsd'),
    catalogue: wire.catalogue ?? '',
    overrunNanoUsd: whole(wire.overrunNanoUsd, 'overrunNanoUsd'),
    late: wire.late ?? false,
  };
}

export function extendedToWire(id: string, answer: Extended | Denied): WireExtendResponse {
  if (answer.kind === 'denied') return denialToWire(id, answer);
  return {
    id,
    outcome: Outcome.OUTCOME_GRANTED,
    expiresAtMs: whole(answer.expiresAtMs, 'expiresAtMs'),
    heldCostNanoUsd: wholeOr(null, answer.held.costNanoUsd, 'held.costNanoUsd'),
    heldTokens: whole(answer.held.tokens, 'held.tokens'),
  };
}

/** No outcome is the answer of a server that knows only of time: it refuses by errors alone. */
export function extendedFromWire(wire: WireExtendResponse): Extended | Denied {
  switch (wire.outcome ?? Outcome.OUTCOME_UNSPECIFIED) {
    case Outcome.OUTCOME_UNSPECIFIED:
    case Outcome.OUTCOME_GRANTED: {
      const expiresAtMs = whole(wire.expiresAtMs, 'expiresAtMs');
      return { kind: 'extended', expiresAtMs, held: heldFromWire(wire) };
    }
    default:
      return denialFromWire(wire, 0);
  }
}

export function balancesToWire(balances: readonly Balance[]): WireBalancesResponse {
  return { balances: balances.map(balanceToWire) };
}

export function balancesFromWire(wire: WireBalancesResponse): readonly Balance[] {
  return (wire.balances ?? []).flatMap(balanceFromWire);
}

function balanceToWire(balance: Balance): WireBalance {
  return {
    budget: balance.budget,
    scope: balance.scope,
    ...unitToWire(balance.unit),
    window: balance.window,
    limit: whole(balance.limit, 'limit'),
    committed: whole(balance.committed, 'committed'),
    reserved: whole(balance.reserved, 'reserved'),
    remaining: whole(balance.remaining, 'remaining'),
    resetAtMs: wholeOr(null, balance.resetAtMs, 'resetAtMs'),
    mode: balance.mode === 'shadow' ? WireMode.MODE_SHADOW : WireMode.MODE_ENFORCE,
  };
}

function balanceFromWire(wire: WireBalance): readonly Balance[] {
  const unit = unitFromWire(wire);
  if (unit === undefined) return [];
  return [
    {
      budget: wire.budget ?? '',
      scope: wire.scope ?? {},
      unit,
      window: wire.window ?? '',
      limit: whole(wire.limit, 'limit'),
      committed: whole(wire.committed, 'committed'),
      reserved: whole(wire.reserved, 'reserved'),
      remaining: whole(wire.remaining, 'remaining'),
      resetAtMs: wholeOr(undefined, wire.resetAtMs, 'resetAtMs'),
      mode: wire.mode === WireMode.MODE_SHADOW ? 'shadow' : 'enforce',
    },
  ];
}

const REASON_TO_WIRE: Readonly<Record<DenialReason, WireReason>> = {
  TOO_LARGE: WireReason.DENIAL_REASON_TOO_LARGE,
  UNPRICED: WireReason.DENIAL_REASON_UNPRICED,
  EXHAUSTED: WireReason.DENIAL_REASON_EXHAUSTED,
  IN_FLIGHT: WireReason.DENIAL_REASON_IN_FLIGHT,
  UNAVAILABLE: WireReason.DENIAL_REASON_UNAVAILABLE,
};

function reasonFromWire(wire: WireReason | undefined): DenialReason | undefined {
  return DENIAL_REASONS.find((reason) => REASON_TO_WIRE[reason] === wire);
}

const UNIT_TO_WIRE: Readonly<Record<BuiltInUnit, WireUnit>> = {
  cost: WireUnit.UNIT_COST,
  tokens: WireUnit.UNIT_TOKENS,
  input_tokens: WireUnit.UNIT_INPUT_TOKENS,
  output_tokens: WireUnit.UNIT_OUTPUT_TOKENS,
  requests: WireUnit.UNIT_REQUESTS,
  concurrency: WireUnit.UNIT_CONCURRENCY,
};

const BUILT_IN_UNITS = new Map(Object.entries(UNIT_TO_WIRE));
const UNITS_FROM_WIRE = new Map(Object.entries(UNIT_TO_WIRE).map(([unit, wire]) => [wire, unit]));

type WireUnitFields = Pick<WireBalance, 'unit' | 'customUnit'>;

function unitToWire(unit: Unit): WireUnitFields {
  const wire = BUILT_IN_UNITS.get(unit);
  return wire === undefined ? { unit: WireUnit.UNIT_CUSTOM, customUnit: unit } : { unit: wire };
}

function unitFromWire({ unit, customUnit }: WireUnitFields): Unit | undefined {
  if (unit === WireUnit.UNIT_CUSTOM) return customUnit || undefined;
  return UNITS_FROM_WIRE.get(unit ?? WireUnit.UNIT_UNSPECIFIED);
}
