// Reads what passes: learns usage from the bytes of a response, and says which bytes to pass on.
import type {
  EventFacts,
  Provider,
  ResponseFacts,
  ResponseHeaders,
  StreamFacts,
  StreamReader,
} from '@spendfuse/providers';
import { JsonSkimmer } from './skim.ts';
import { concat, type RawEvent, type Splitter } from './splitter.ts';

export interface Meter {
  /** Takes a chunk and returns what the caller gets for it: the same bytes, or fewer for now. */
  push(chunk: Uint8Array): Uint8Array;
  /** The source has ended: what was held back and belongs to the caller. */
  end(): Uint8Array;
  /** Nothing that matters will follow. */
  readonly isTerminal: boolean;
  /** Pushed so far. */
  readonly bytes: number;
  /** Output may have passed that was not read: it was too long, or is no text. */
  readonly hasUnread: boolean;
  facts(): ResponseFacts | StreamFacts;
}

export interface MeterOptions {
  readonly provider: Provider;
  readonly api: string;
  readonly headers: ResponseHeaders;
  /** Cuts a stream into its events. */
  readonly splitter: Splitter;
  /** Withhold the event that reports usage: the caller did not ask for it. */
  readonly hidesUsage: boolean;
  /** Called for every event with data, with the output that it brings. */
  readonly onEvent: (output: string) => void;
}

const NOTHING = new Uint8Array(0);

/** Half an event of this length may hold more than the few tokens that most events bring. */
const MUCH_BYTES = 16 * 1024;

/** For a stream. Events are held until they are whole only where one may be withheld. */
export function streamMeter(options: Omit<MeterOptions, 'headers'>): Meter {
  const { provider, api, splitter, hidesUsage, onEvent } = options;
  const reader = provider.stream(api);
  let isTerminal = false;
  let hasUnread = false;
  let bytes = 0;
  const take = ({ bytes: raw, event, isShortened }: RawEvent): Uint8Array => {
    if (!event) return raw;
    const { usageOnly, terminal, output } = readSafely(reader, event);
    onEvent(output);
    isTerminal ||= terminal;
    hasUnread ||= isShortened;
    return usageOnly && hidesUsage && !isShortened ? NOTHING : raw;
  };
  return {
    push(chunk) {
      bytes += chunk.length;
      const parts = splitter.push(chunk).map(take);
      return hidesUsage ? concat(parts) : chunk;
    },
    end() {
      const last = splitter.end();
      const tail = last ? take(last) : NOTHING;
      return hidesUsage ? tail : NOTHING;
    },
    get isTerminal() {
      return isTerminal;
    },
    get bytes() {
      return bytes;
    },
    get hasUnread() {
      return hasUnread || splitter.pendingBytes > MUCH_BYTES;
    },
    facts: () => reader.facts(),
  };
}

type BodyMeterOptions = Pick<MeterOptions, 'provider' | 'api' | 'headers'>;

/** Longer bodies, such as images and vectors, are skimmed: parsing them would hold the process. */
const MAX_PARSED_BYTES = 1024 * 1024;

/** For a JSON body, parsed when it is complete. */
export function bodyMeter({ provider, api, headers }: BodyMeterOptions): Meter {
  let parts: Uint8Array[] = [];
  let skimmer: JsonSkimmer | undefined;
  /** It came to its end without an error, and yet not whole: the model made more than it tells. */
  let isBrokenOff = false;
  let bytes = 0;
  let facts: ResponseFacts = provider.usage(api, undefined, headers);
  return {
    push(chunk) {
      bytes += chunk.length;
      if (bytes > MAX_PARSED_BYTES && !skimmer) {
        skimmer = new JsonSkimmer();
        for (const part of parts) skimmer.push(part);
        parts = [];
      }
      // A copy: the chunk's memory is given away to the reader of the body.
      if (skimmer) skimmer.push(chunk);
      else parts.push(new Uint8Array(chunk));
      return chunk;
    },
    end() {
      const text = skimmer ? skimmer.end() : new TextDecoder().decode(concat(parts));
      parts = [];
      const body = parse(text ?? '');
      isBrokenOff = body === undefined && /^\s*(?:[{[]|$)/u.test(text ?? '');
      facts = usageSafely({ provider, api, headers }, body) ?? facts;
      return NOTHING;
    },
    isTerminal: false,
    get bytes() {
      return bytes;
    },
    get hasUnread() {
      return skimmer !== undefined || isBrokenOff;
    },
    facts: () => facts,
  };
}

/** For a body that is no text, such as audio: its length is all that is learned. */
export function lengthMeter({ provider, api, headers }: BodyMeterOptions): Meter {
  const facts = provider.usage(api, undefined, headers);
  let bytes = 0;
  return {
    push(chunk) {
      bytes += chunk.length;
      return chunk;
    },
    end: () => NOTHING,
    isTerminal: false,
    get bytes() {
      return bytes;
    },
    hasUnread: true,
    facts: () => facts,
  };
}

/** Readers promise never to throw; the caller's stream must not depend on that promise. */
function readSafely(reader: StreamReader, event: Parameters<StreamReader['read']>[0]): EventFacts {
  try {
    return reader.read(event);
  } catch {
    return { usageOnly: false, terminal: false, output: '' };
  }
}

function usageSafely(
  { provider, api, headers }: BodyMeterOptions,
  body: unknown,
): ResponseFacts | undefined {
  try {
    return provider.usage(api, body, headers);
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
