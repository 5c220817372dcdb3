// What a reservation holds now, which is more than at first where it was extended to more output.
import {
  covers,
  type Held,
  largestThatFits,
  mintedAtMs,
  type Reservation,
  type WorstCase,
} from '@spendfuse/core';
import type { EntryMeta, ReserveMeta } from './entry.ts';
import type { PriceCatalogue } from './prices/price.ts';
import { caseOf } from './target.ts';

/** Undefined: the id was not reserved. */
export function heldBy(
  catalogue: PriceCatalogue,
  { id, meta, entries }: Reservation<EntryMeta>,
): Held | undefined {
  if (meta?.kind !== 'reserve') return undefined;
  if (!meta.growth || entries.length === 0) return meta.held;
  const { heldOutputTokens: least, maxOutputTokens: most } = meta.growth;
  const worstOf = growthCases(catalogue, { id, meta });
  // The entries tell how far it has grown: nothing else has to be kept for that.
  const outputTokens = largestThatFits({ least, most }, (tokens) =>
    covers(entries, worstOf(tokens)),
  );
  if (outputTokens === undefined) return meta.held;
  const { costNanoUsd, inputTokens } = worstOf(outputTokens);
  return { costNanoUsd, tokens: inputTokens + outputTokens };
}

/** What a reservation that can grow takes for so much output. */
export function growthCases(
  catalogue: PriceCatalogue,
  { id, meta }: { readonly id: string; readonly meta: ReserveMeta },
): (outputTokens: number) => WorstCase {
  const { call, tier, held, growth } = meta;
  const { provider, model } = call;
  const price = catalogue.priceOf({ provider, model, nowMs: mintedAtMs(id), tier });
  const inputTokens = growth?.inputTokens ?? held.tokens;
  const estimate = { webSearches: growth?.webSearches };
  return (outputTokens) => caseOf({ price, inputTokens, outputTokens, estimate });
}
