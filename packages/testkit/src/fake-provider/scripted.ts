// A fake provider that is nothing but its wire: what it says, how long, and how it fails is scripted.
import { deliver, type Progress } from './deliver.ts';
import { jsonReply, NO_INPUT, type PlannedReply, streamReply } from './plan.ts';
import type { FakeTransport } from './reply.ts';
import { type FakeProvider, type ProviderRequest, startFakeProvider } from './server.ts';
import { Wire } from './wire.ts';

/** What a test wants of one answer. */
export interface ScriptedReply {
  /** Of a word each; default 12. Those of thinking come first, and are shown. */
  readonly outputTokens?: number;
  readonly thinkingTokens?: number;
  /** Answers with an error instead. */
  readonly status?: number;
  /** Never answers. */
  readonly isHeld?: boolean;
  /** Breaks the connection behind so many frames of a stream; 0: in place of a whole answer. */
  readonly cutAfter?: number;
  /** Sends so many frames of a stream, and nothing more. */
  readonly holdAfter?: number;
  /** Ends a stream with an error behind so many frames. */
  readonly errorAfter?: number;
  /** Input that the provider does not bill or count again. */
  readonly cachedTokens?: number;
}

/** A request for an answer, and what has become of it. */
export interface ScriptedCall extends ProviderRequest {
  readonly json: Readonly<Record<string, unknown>>;
  readonly reply: ScriptedReply;
  readonly inputTokens: number;
  /** Those that have been sent. */
  outputTokens: number;
}

/** How it is said on the wire of one API. */
export type Spoken = Whole | Streamed;

export interface Whole {
  readonly body: unknown;
  /** Default: all. */
  readonly outputTokens?: number;
}

export interface Streamed {
  readonly contentType: string;
  readonly frames: readonly Frame[];
  /** Sent in the place of the rest where the answer is to fail. */
  readonly failure: string;
}

export interface Frame {
  readonly text: string;
  readonly tokens?: number;
}

/** Words of the answer, and of the thoughts before it. */
export interface Words {
  readonly answer: readonly string[];
  readonly thoughts: readonly string[];
}

export interface ScriptedOptions {
  readonly script?: ((call: Omit<ScriptedCall, 'reply'>) => ScriptedReply) | undefined;
}

export interface ScriptedProvider
  extends Pick<FakeProvider, 'origin' | 'close' | typeof Symbol.asyncDispose> {
  /** In the order of arrival, those that were refused included. */
  readonly calls: readonly ScriptedCall[];
}

interface Speech {
  /** Undefined: there is no such path. A string: what is wrong with the request. */
  readonly speak: (call: ScriptedCall, words: Words) => Spoken | string | undefined;
  readonly error: (status: number, message: string) => unknown;
}

const WORDS = ['calm ', 'sea ', 'wind ', 'sand '];
const DEFAULT_OUTPUT = 12;
/** Of a request in JSON: less than any bound of its texts. */
const BYTES_PER_TOKEN = 16;

export async function startScripted(
  speech: Speech,
  { script = () => ({}) }: ScriptedOptions,
): Promise<ScriptedProvider> {
  const calls: ScriptedCall[] = [];
  const server = await startFakeProvider(async (response, request) => {
    const call = callOf(request, script);
    calls.push(call);
    await deliver(new Wire(response), planOf(call, speech), progressOf(call));
  });
  const close = (): Promise<void> => server.close();
  return { origin: server.origin, close, calls, [Symbol.asyncDispose]: close };
}

function planOf(call: ScriptedCall, { speak, error }: Speech): PlannedReply {
  const { reply } = call;
  const transport = transportOf(reply);
  const refusal = (status: number, message: string): PlannedReply =>
    jsonReply({ status, body: error(status, message), transport });
  if (reply.status !== undefined) return refusal(reply.status, `HTTP ${reply.status}`);
  const spoken = speak(call, wordsOf(reply));
  if (spoken === undefined) return refusal(404, 'no such path');
  if (typeof spoken === 'string') return refusal(422, spoken);
  if ('body' in spoken) {
    const { body, outputTokens: tokens = totalOf(reply) } = spoken;
    return { ...jsonReply({ body, transport }), tokens };
  }
  return streamReply({
    contentType: spoken.contentType,
    input: NO_INPUT,
    chunks: spoken.frames.map(({ text, tokens = 0 }) => ({ bytes: text, tokens })),
    failure: () => [{ bytes: spoken.failure, tokens: 0 }],
    answer: { ...transport, errorEventAfterChunks: reply.errorAfter },
  });
}

function transportOf({ isHeld, holdAfter, cutAfter }: ScriptedReply): FakeTransport {
  const hold = isHeld || holdAfter !== undefined ? new Promise(() => {}) : undefined;
  return { hold, holdAfterChunks: holdAfter, cutAfterChunks: cutAfter };
}

function progressOf(call: ScriptedCall): Progress {
  return {
    onHead: () => {},
    onTokens: (tokens) => {
      call.outputTokens += tokens;
    },
    onChunk: () => {},
  };
}

function callOf(
  request: ProviderRequest,
  script: NonNullable<ScriptedOptions['script']>,
): ScriptedCall {
  const json = parsed(request.body);
  const inputTokens = Math.ceil(request.body.length / BYTES_PER_TOKEN);
  const asked = { ...request, json, inputTokens, outputTokens: 0 };
  return { ...asked, reply: script(asked) };
}

/** A form is none. */
function parsed(text: string): ScriptedCall['json'] {
  try {
    return JSON.parse(text) as ScriptedCall['json'];
  } catch {
    return {};
  }
}

function wordsOf({ outputTokens = DEFAULT_OUTPUT, thinkingTokens = 0 }: ScriptedReply): Words {
  const words = (count: number): string[] =>
    Array.from({ length: count }, (_, at) => WORDS[at % WORDS.length] ?? '');
  return { answer: words(outputTokens), thoughts: words(thinkingTokens) };
}

/** What a whole answer has in output. */
export function totalOf({
  outputTokens = DEFAULT_OUTPUT,
  thinkingTokens = 0,
}: ScriptedReply): number {
  return outputTokens + thinkingTokens;
}
