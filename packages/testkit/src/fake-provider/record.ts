// The record of one call and its bill, kept up to date while the reply is under way.

import { billNanoUsd, type FakePrice } from './billing.ts';
import type { Progress } from './deliver.ts';
import type { PlannedReply } from './plan.ts';
import type { FakeCall, FakeRequest } from './reply.ts';

/** What only the wire of a provider can tell of a request. */
export interface Details {
  /** The requested model, or an empty string. */
  readonly model: string;
  readonly stream: boolean;
}

/** The writable side of a `FakeCall`. */
export type Recording<More extends Details = Details> = {
  -readonly [Key in keyof FakeCall]: FakeCall[Key];
} & More & {
    /** Part of `inputTokens`. */
    cacheWriteTokens: number;
    /** A price is known for the model. */
    priced: boolean;
  };

export interface Arrival<More extends Details> {
  readonly request: FakeRequest;
  readonly details: More;
  readonly receivedAtMs: number;
}

export function recordOf<More extends Details>(arrival: Arrival<More>): Recording<More> {
  const { request, details, receivedAtMs } = arrival;
  return {
    ...request,
    ...details,
    receivedAtMs,
    status: 0,
    inputTokens: 0,
    cachedTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 0,
    billedNanoUsd: 0n,
    chunksSent: 0,
    aborted: false,
    finished: false,
    priced: false,
  };
}

export interface Metering {
  readonly price: FakePrice | undefined;
  readonly planned: PlannedReply;
}

/** Keeps the record and the bill of a call while its reply is delivered. */
export function meter(call: Recording, { price, planned }: Metering): Progress {
  call.priced = price !== undefined;
  call.inputTokens = planned.inputTokens;
  call.cachedTokens = planned.cachedTokens;
  call.cacheWriteTokens = planned.cacheWriteTokens;
  const bill = (): void => {
    call.billedNanoUsd = price === undefined ? 0n : billNanoUsd(price, call);
  };
  bill();
  return {
    onHead: (status) => {
      call.status = status;
    },
    onTokens: (tokens) => {
      call.outputTokens += tokens;
      bill();
    },
    onChunk: () => {
      call.chunksSent += 1;
    },
  };
}

/** @throws Error if tokens were produced by a model without a price. */
export function totalNanoUsd(calls: readonly Recording[]): bigint {
  return calls.reduce((sum, call) => {
    if (!call.priced && call.inputTokens + call.outputTokens > 0) {
      throw new Error(`the fake provider has no price for model '${call.model}'`);
    }
    return sum + call.billedNanoUsd;
  }, 0n);
}
