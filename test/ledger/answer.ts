// Answers of the authority as the words that scenarios expect.
import type { Committed, Decision, Extended, Refusal } from '@spendfuse/core';
import { SpendfuseError } from '@spendfuse/core';

/**
 * - `granted held=100 cost=100 clamp=50 model=m2 covers=20 shadow=b:EXHAUSTED`
 * - `denied EXHAUSTED by=b,c reasons=EXHAUSTED,IN_FLIGHT reset=2026-01-02T00:00:00Z retry=1000`
 * - `refine`
 */
export function wordsOfDecision(decision: Decision): readonly string[] {
  switch (decision.kind) {
    case 'granted': {
      const { held, maxOutputTokens, model, heldOutputTokens, shadow } = decision;
      return [
        'granted',
        `held=${held.tokens}`,
        `cost=${held.costNanoUsd ?? 'unknown'}`,
        ...(maxOutputTokens === undefined ? ['whole'] : [`clamp=${maxOutputTokens}`]),
        ...(model === undefined ? [] : [`model=${model}`]),
        ...(heldOutputTokens === undefined ? [] : [`covers=${heldOutputTokens}`]),
        ...shadow.map(({ budget, reason }) => `shadow=${budget}:${reason}`),
      ];
    }
    case 'denied': {
      const { reason, refusals, resetAtMs, retryAfterMs } = decision;
      const first = refusals[0];
      return [
        'denied',
        reason,
        `by=${refusals.map(({ budget }) => budget).join(',')}`,
        `reasons=${refusals.map((refusal) => refusal.reason).join(',')}`,
        `reset=${timeOf(resetAtMs)}`,
        `retry=${retryAfterMs ?? 'never'}`,
        ...(first ? amountsOf(first) : []),
      ];
    }
    case 'refine':
      return ['refine'];
  }
}

function amountsOf(refusal: Refusal): readonly string[] {
  const { limit, committed, reserved, requested, unit, window } = refusal;
  const amounts = [`limit=${limit}`, `had=${committed}+${reserved}`, `asked=${requested}`];
  return [...amounts, `unit=${unit}`, `window=${window.replaceAll(' ', '')}`];
}

/** `ok cost=70 over=0 late` */
export function wordsOfCommit(committed: Committed): readonly string[] {
  const { costNanoUsd, overrunNanoUsd, late } = committed;
  const cost = `cost=${costNanoUsd ?? 'unknown'}`;
  return ['ok', cost, `over=${overrunNanoUsd}`, late ? 'late' : 'timely'];
}

/** `extended expires=2026-01-01T12:02:00Z held=120` */
export function wordsOfExtension(extended: Extended): readonly string[] {
  const { expiresAtMs, held } = extended;
  return ['extended', `expires=${timeOf(expiresAtMs)}`, `held=${held.tokens}`];
}

/** `error NOT_FOUND field=id` */
export function wordsOfError(thrown: unknown): readonly string[] {
  const { code, field } = SpendfuseError.from(thrown);
  if (code === 'INTERNAL') throw thrown;
  return ['error', code, ...(field === undefined ? [] : [`field=${field}`])];
}

function timeOf(ms: number | undefined): string {
  return ms === undefined ? 'never' : new Date(ms).toISOString().replace('.000Z', 'Z');
}
