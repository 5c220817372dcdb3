// Reads the streams of one provider again and again, event by event, and says what an event costs.
import type { Provider, ResponseHeaders, StreamEvent } from '@spendfuse/providers';
import { type Exchange, loadExchanges } from '../support/outcomes-exchanges.ts';
import { median } from './load.ts';

export interface Parsed {
  readonly streams: number;
  readonly chunks: number;
  /** Of a chunk. */
  readonly medianBytes: number;
  /** CPU time of a chunk: split, read, and passed on. */
  readonly meterUs: number;
  /** Of `JSON.parse` of the same data. */
  readonly parseUs: number;
}

/** What the bench needs of the guard's insides, which are no part of what it exports. */
interface Splitter {
  push(chunk: Uint8Array): readonly {
    readonly bytes: Uint8Array;
    readonly event: StreamEvent | undefined;
  }[];
}
interface Framings {
  readonly framingOf: (headers: ResponseHeaders, isStreamAsked: boolean) => Framing;
}
interface Framing {
  readonly splitter: Splitter;
}
interface Meters {
  readonly streamMeter: (options: MeterOptions) => Meter;
}
interface MeterOptions {
  readonly provider: Provider;
  readonly api: string;
  readonly splitter: Splitter;
  readonly hidesUsage: boolean;
  readonly onEvent: (output: string) => void;
}
interface Meter {
  push(chunk: Uint8Array): Uint8Array;
  end(): Uint8Array;
  facts(): unknown;
}

const built = (file: string): string =>
  new URL(`../../packages/guard/dist/${file}`, import.meta.url).href;
const { framingOf } = (await import(built('framing.js'))) as Framings;
const { streamMeter } = (await import(built('meter.js'))) as Meters;

/** Longer ones are those of files, images and results of tools. */
const MOST_BYTES = 2048;
/** Most answers have hundreds; short ones are read again, so that what a stream costs once is no part. */
const LEAST_CHUNKS = 300;
const ROUND_MS = 60;

const [name, rounds = '5'] = process.argv.slice(2);

/** An event of the stream is what a provider sends at a time. */
function chunksOf(exchange: Exchange): readonly { bytes: Uint8Array; data: string | undefined }[] {
  const { splitter } = framingOf(exchange.headers, true);
  const events = splitter.push(exchange.body);
  return events.map(({ bytes, event }) => ({ bytes, data: event?.data }));
}

const streams = loadExchanges()
  .filter(({ provider, isStream, status }) => provider.name === name && isStream && status < 400)
  .map((exchange) => ({
    exchange,
    hidesUsage: exchange.provider.request(exchange.match, exchange.request).wantsUsageOption,
    chunks: chunksOf(exchange).filter(({ bytes }) => bytes.length <= MOST_BYTES),
  }))
  .filter(({ chunks }) => chunks.length > 0)
  .map((stream) => ({ ...stream, times: Math.ceil(LEAST_CHUNKS / stream.chunks.length) }));
const chunks = streams.flatMap((stream) => stream.chunks);
const read = streams.reduce((sum, stream) => sum + stream.times * stream.chunks.length, 0);

function meterAll(): void {
  for (const { exchange, hidesUsage, chunks, times } of streams) {
    const { provider, match, headers } = exchange;
    const { splitter } = framingOf(headers, true);
    const meter = streamMeter({
      provider,
      api: match.api,
      splitter,
      hidesUsage,
      onEvent: () => {},
    });
    for (let time = 0; time < times; time++) {
      for (const { bytes } of chunks) meter.push(bytes);
    }
    meter.end();
    meter.facts();
  }
}

function parseAll(): void {
  for (const { chunks, times } of streams) {
    for (let time = 0; time < times; time++) {
      for (const { data } of chunks) if (data?.startsWith('{')) JSON.parse(data);
    }
  }
}

/** CPU time of one chunk, in the calmest of the rounds; the first ones are those of the compiler. */
function calmestUs(run: () => void): number {
  let best = Infinity;
  for (let round = 0; round < Number(rounds) + 2; round++) {
    const start = process.threadCpuUsage();
    let times = 0;
    let spentUs = 0;
    while (spentUs < ROUND_MS * 1000) {
      run();
      times += 1;
      const { user, system } = process.threadCpuUsage(start);
      spentUs = user + system;
    }
    best = Math.min(best, spentUs / times / read);
  }
  return best;
}

const parsed: Parsed = {
  streams: streams.length,
  chunks: chunks.length,
  medianBytes: median(chunks.map(({ bytes }) => bytes.length)),
  meterUs: calmestUs(meterAll),
  parseUs: calmestUs(parseAll),
};
console.log(JSON.stringify(parsed));
