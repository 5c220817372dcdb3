// A provider that answers in the ways of the cases, and tells what has reached it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Case } from './cases.ts';

const USAGE = { prompt_tokens: 5, completion_tokens: 6, total_tokens: 11 };
const shared = { id: 'c1', model: 'gpt-4o-mini' };
const chunk = (more: object): string =>
  `data: ${JSON.stringify({ ...shared, object: 'chat.completion.chunk', ...more })}\n\n`;
const words = ['Über ', 'den ', 'Wolken ', '☁'].map((content) =>
  chunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }),
);
const message = { role: 'assistant', content: 'Über den Wolken ☁' };
const completion = JSON.stringify({
  ...shared,
  object: 'chat.completion',
  choices: [{ index: 0, message, finish_reason: 'stop' }],
  usage: USAGE,
});

export interface Provider {
  readonly url: string;
  /** The latest request, but for what a guard changes: usage is asked for, a stream is sent at once. */
  seen: unknown;
  close(): void;
}

export async function startProvider(port: number): Promise<Provider> {
  const server = createServer((request, response) => void answer(request, response));
  const provider: Provider = {
    url: `http://127.0.0.1:${port}/v1/chat/completions`,
    seen: undefined,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const { method, url, headers } = request;
    const { host: _host, connection: _connection, traceparent: _trace, ...rest } = headers;
    const { 'content-length': _length, 'transfer-encoding': _coding, ...named } = rest;
    const { stream_options: asked, ...json } = JSON.parse(body.toString() || '{}') as Body;
    provider.seen = { method, url, headers: named, json };
    const whole = json.stream
      ? `${words.join('')}${asked ? chunk({ choices: [], usage: USAGE }) : ''}data: [DONE]\n\n`
      : completion;
    const isMoved = url?.includes('moved') === true;
    const how = String(headers['x-answer']) as Case['answer'];
    await write(response, { how: isMoved ? 'whole' : how, whole, streamed: json.stream === true });
  };
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return provider;
}

interface Body {
  readonly stream?: boolean;
  readonly stream_options?: unknown;
}

interface Writing {
  readonly how: Case['answer'];
  readonly whole: string;
  readonly streamed: boolean;
}

async function write(response: ServerResponse, { how, whole, streamed }: Writing): Promise<void> {
  const type = streamed ? 'text/event-stream; charset=utf-8' : 'application/json';
  const head = { 'content-type': type, 'x-request-id': 'r1', 'set-cookie': ['a=1', 'b=2'] };
  const error = '{"error":{"message":"no"}}';
  const asJson = { ...head, 'content-type': 'application/json' };
  switch (how) {
    case 'bytewise': {
      response.writeHead(200, head);
      const bytes = Buffer.from(whole);
      for (let at = 0; at < bytes.length; at += 37) {
        response.write(bytes.subarray(at, at + 37));
        await delay(0);
      }
      response.end();
      return;
    }
    case 'packed':
      response.writeHead(200, { ...head, 'content-encoding': 'gzip' }).end(gzipSync(whole));
      return;
    case 'with its length':
      response.writeHead(200, { ...head, 'content-length': Buffer.byteLength(whole) }).end(whole);
      return;
    case 'of another type':
      response.writeHead(200, { ...head, 'content-type': 'text/plain' }).end(whole);
      return;
    case 'no JSON':
      response.writeHead(200, head).end('not JSON at all');
      return;
    case 'empty':
      response.writeHead(200, head).end();
      return;
    case 'none':
      response.writeHead(204, { 'x-request-id': 'r1' }).end();
      return;
    case 'moved':
      response.writeHead(307, { location: '/v1/chat/completions?moved=yes' }).end();
      return;
    case 'refused':
      response.writeHead(400, 'Bad Thing', asJson).end(error);
      return;
    case 'limited':
      response.writeHead(429, { ...asJson, 'retry-after': '1' }).end(error);
      return;
    case 'broken':
      response.writeHead(500, { 'content-type': 'text/html' }).end('<b>oops</b>');
      return;
    case 'reset':
      response.destroy();
      return;
    default:
      response.writeHead(200, head).end(whole);
  }
}
