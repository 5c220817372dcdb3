// The bytes of chat completions, for providers in tests that do with them what they like.
import type { ProviderAnswer, ProviderRequest } from '@spendfuse/testkit';

/** What these answers report. */
export const REPORTED = { prompt_tokens: 9, completion_tokens: 5, total_tokens: 14 };

const head = { id: 'chatcmpl-1', created: 1_790_000_000, model: 'gpt-4o-mini-2024-07-18' };

export function completion(content: string, usage: object | null = REPORTED): string {
  const message = { role: 'assistant', content, refusal: null };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  return JSON.stringify({ ...head, object: 'chat.completion', choices, ...(usage && { usage }) });
}

export function sse(data: object | string): string {
  return `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}

const chunkOf = (choice: object): string =>
  sse({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, ...choice }] });

export function delta(content: string): string {
  return chunkOf({ delta: { content }, finish_reason: null });
}

const finish = chunkOf({ delta: {}, finish_reason: 'stop' });
const usageChunk = sse({ ...head, object: 'chat.completion.chunk', choices: [], usage: REPORTED });
const done = sse('[DONE]');

/** A whole stream, its usage at the end where it was asked for. */
export function streamOf(request: ProviderRequest, words: readonly string[]): string {
  const isAsked = /"include_usage":\s*true/u.test(request.body);
  return `${words.map(delta).join('')}${finish}${isAsked ? usageChunk : ''}${done}`;
}

export const json =
  (body: string | Uint8Array, status = 200, headers: Record<string, string> = {}): ProviderAnswer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body);
  };

export const events =
  (
    text: (request: ProviderRequest) => string,
    headers: Record<string, string> = {},
  ): ProviderAnswer =>
  (response, request) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
    response.end(text(request));
  };

/** A stream that begins so, and of which nothing more ever comes. */
export const stalling =
  (...parts: readonly string[]): ProviderAnswer =>
  async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    for (const part of parts) {
      response.write(part);
      // Chunks of their own, so that the caller can stop between them.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
