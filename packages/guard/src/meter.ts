// Reads what passes: learns usage from the bytes of a response, and says which bytes to pass on.
import type {
  EventFacts,
  Provider,
  ResponseFacts,
  StreamFacts,
  StreamReader,
} from '@spendfuse/providers';
import { concat, SseSplitter } from './sse.ts';

export interface Meter {
  /** Takes a chunk and returns what the caller gets for it: the same bytes, or fewer for now. */
  push(chunk: Uint8Array): Uint8Array;
  /** The source has ended: what was held back and belongs to the caller. */
  end(): Uint8Array;
  /** Nothing that matters will follow. */
  readonly isTerminal: boolean;
  /** Pushed so far. */
  readonly bytes: number;
  facts(): ResponseFacts | StreamFacts;
}

export interface MeterOptions {
  readonly provider: Provider;
  readonly api: string;
  /** Withhold the event that reports usage: the caller did not ask for it. */
  readonly hidesUsage: boolean;
  /** Called for every event with data, with the output that it brings. */
  readonly onEvent: (output: string) => void;
}

/** For server-sent events. Events are held until they are whole only where one may be withheld. */
export function streamMeter({ provider, api, hidesUsage, onEvent }: MeterOptions): Meter {
  const splitter = new SseSplitter();
  const reader = provider.stream(api);
  let isTerminal = false;
  let bytes = 0;
  const take = (raw: ReturnType<SseSplitter['end']>): Uint8Array => {
    if (!raw) return new Uint8Array(0);
    if (!raw.event) return raw.bytes;
    const { usageOnly, terminal, output } = readSafely(reader, raw.event);
    onEvent(output);
    isTerminal ||= terminal;
    return usageOnly && hidesUsage ? new Uint8Array(0) : raw.bytes;
  };
  return {
    push(chunk) {
      bytes += chunk.length;
      const parts = splitter.push(chunk).map(take);
      return hidesUsage ? concat(parts) : chunk;
    },
    end() {
      const tail = take(splitter.end());
      return hidesUsage ? tail : new Uint8Array(0);
    },
    get isTerminal() {
      return isTerminal;
    },
    get bytes() {
      return bytes;
    },
    facts: () => reader.facts(),
  };
}

/** Above this a body is passed on unread: no answer of a metered API is so long. */
const MAX_BODY_CHARS = 256 * 1024 * 1024;

/** For a JSON body, parsed when it is complete. */
export function bodyMeter({ provider, api }: Pick<MeterOptions, 'provider' | 'api'>): Meter {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let chars = 0;
  let bytes = 0;
  let facts: ResponseFacts = provider.usage(api, undefined);
  return {
    push(chunk) {
      bytes += chunk.length;
      const text = decoder.decode(chunk, { stream: true });
      chars += text.length;
      if (chars <= MAX_BODY_CHARS) parts.push(text);
      return chunk;
    },
    end() {
      facts = provider.usage(api, parse(parts.splice(0).join('') + decoder.decode()));
      return new Uint8Array(0);
    },
    isTerminal: false,
    get bytes() {
      return bytes;
    },
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

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
