// The demo's stand-in for api.openai.com: speaks the real wire, counts like the real one, bills by itself.
import {
  type FakeOpenAI,
  type FakeReply,
  type FakeRequest,
  startFakeOpenAI,
} from '@spendfuse/testkit';
import { Tiktoken } from 'js-tiktoken/lite';
import o200kBase from 'js-tiktoken/ranks/o200k_base';

const PRICES = {
  'gpt-4o': { inputUsdPerMTok: '2.50', cachedInputUsdPerMTok: '1.25', outputUsdPerMTok: '10.00' },
  'gpt-4.1-mini': {
    inputUsdPerMTok: '0.40',
    cachedInputUsdPerMTok: '0.10',
    outputUsdPerMTok: '1.60',
  },
};

const tokenizer = new Tiktoken(o200kBase);

export function startProvider(): Promise<FakeOpenAI> {
  return startFakeOpenAI({ prices: PRICES, script: answer });
}

/** Asks for a tool first, then talks at length, a little differently each time. */
function answer({ index, path, body }: FakeRequest): FakeReply {
  const request = body as Readonly<Record<string, unknown>>;
  const inputTokens = countInput(request);
  const pace = { firstByteDelayMs: 15 };
  if (Array.isArray(request['tools'])) {
    const toolCalls = [{ name: 'search_notes', arguments: { query: 'fuse' } }];
    return { ...pace, inputTokens, outputTokens: 24, toolCalls };
  }
  const long = path.endsWith('/responses') ? 500 : 900;
  const cachedTokens = index % 4 === 1 ? Math.floor(inputTokens / 2) : 0;
  return { ...pace, inputTokens, cachedTokens, outputTokens: long + ((index * 137) % 200) };
}

/** Tokens of all texts of a request, and 3 for each message and the reply, as OpenAI publishes it. */
function countInput(request: Readonly<Record<string, unknown>>): number {
  const { messages, input, tools } = request as {
    messages?: readonly { content?: unknown; tool_calls?: unknown }[];
    input?: string;
    tools?: unknown;
  };
  if (typeof input === 'string') return tokenizer.encode(input).length + 6;
  let tokens = 3;
  for (const { content, tool_calls: toolCalls } of messages ?? []) {
    tokens += 3;
    if (typeof content === 'string') tokens += tokenizer.encode(content).length;
    if (toolCalls) tokens += 20;
  }
  return tokens + (tools ? 50 : 0);
}
