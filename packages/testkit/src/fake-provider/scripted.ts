// A fake provider that is nothing but its wire: what it says, how long, and how it fails is scripted.
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type FakeProvider, type ProviderRequest, startFakeProvider } from './server.ts';

/** What a test wants of one answer. */
export interface ScriptedReply {
  /** Of a word each; default 12. Those of thinking come first, and are shown. */
  readonly outputTokens?: number;
  readonly thinkingTokens?: number;
  /** Answers with an error instead. */
  readonly status?: number;
  /** Never answers. */
  readonly isHeld?: boolean;
  /** Breaks the connection behind so many frames of a stream; 0: in place of an answer. */
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
  { speak, error }: Speech,
  { script = () => ({}) }: ScriptedOptions,
): Promise<ScriptedProvider> {
  const calls: ScriptedCall[] = [];
  const server = await startFakeProvider(async (response, request) => {
    const call = callOf(request, script);
    calls.push(call);
    const { reply } = call;
    if (reply.isHeld) return;
    const refuse = (status: number, message: string): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(error(status, message)));
    };
    if (reply.status !== undefined) return refuse(reply.status, `HTTP ${reply.status}`);
    const spoken = speak(call, wordsOf(reply));
    if (spoken === undefined) return refuse(404, 'no such path');
    if (typeof spoken === 'string') return refuse(422, spoken);
    if ('frames' in spoken) return sendStream(response, spoken, call);
    call.outputTokens = spoken.outputTokens ?? totalOf(reply);
    if (reply.cutAfter === 0) return void response.destroy();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(spoken.body));
  });
  const close = (): Promise<void> => server.close();
  return { origin: server.origin, close, calls, [Symbol.asyncDispose]: close };
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

async function sendStream(
  response: ServerResponse,
  { contentType, frames, failure }: Streamed,
  call: ScriptedCall,
): Promise<void> {
  const { cutAfter = Infinity, holdAfter = Infinity, errorAfter = Infinity } = call.reply;
  response.writeHead(200, { 'content-type': contentType });
  for (const [at, { text, tokens = 0 }] of frames.entries()) {
    if (response.destroyed || at >= holdAfter) return;
    if (at >= cutAfter) {
      // What was written is on its way first.
      setTimeout(() => response.destroy(), 10);
      return;
    }
    if (at >= errorAfter) {
      response.end(failure);
      return;
    }
    call.outputTokens += tokens;
    if (!response.write(text)) await once(response, 'drain');
    // A turn each, so that frames come in pieces of their own.
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
}
