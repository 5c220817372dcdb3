// A fake receiver of webhooks: keeps what comes, and answers (or does not) as it is told.

import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { listen } from './listen.ts';

export interface WebhookRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As it came, for signatures. */
  readonly body: string;
  /** The body as JSON. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** A status, or something worse: no answer at all, or a connection that is reset. */
export type WebhookAnswer =
  | 'hang'
  | 'reset'
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly afterMs?: number;
    };

export interface FakeWebhook extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/hook` */
  readonly url: string;
  /** Everything that came, answered or not, in order of arrival. */
  readonly requests: readonly WebhookRequest[];
  /** Answers for the next requests, one each; after them it is status 200 again. */
  answerNext(...answers: readonly WebhookAnswer[]): void;
  /** Answers for every request from now on that `answerNext` says nothing of. */
  answerAlways(answer: WebhookAnswer): void;
  /** Requests that were being answered at the same time, at most. */
  mostAtOnce(): number;
  /** As if its process had ended. */
  stop(): Promise<void>;
  /** On the same port. */
  restart(): Promise<void>;
}

export async function startFakeWebhook(): Promise<FakeWebhook> {
  const requests: WebhookRequest[] = [];
  const answers: WebhookAnswer[] = [];
  let usual: WebhookAnswer = { status: 200, body: 'ok' };
  let now = 0;
  let most = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    now += 1;
    most = Math.max(most, now);
    response.on('close', () => {
      now -= 1;
    });
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const json = JSON.parse(body) as WebhookRequest['json'];
      requests.push({ path: request.url ?? '', headers: request.headers, body, json });
      void answer(response, answers.shift() ?? usual);
    });
  });
  let listening = await listen(server);
  const { origin, port } = listening;
  const stop = () => listening.close();
  return {
    url: `${origin}/hook`,
    requests,
    answerNext: (...next) => {
      answers.push(...next);
    },
    answerAlways: (always) => {
      usual = always;
    },
    mostAtOnce: () => most,
    stop,
    restart: async () => {
      listening = await listen(server, port);
    },
    [Symbol.asyncDispose]: stop,
  };
}

async function answer(response: ServerResponse, how: WebhookAnswer): Promise<void> {
  if (how === 'hang') return;
  if (how === 'reset') {
    response.destroy();
    return;
  }
  await delay(how.afterMs ?? 0);
  response.writeHead(how.status, how.headers).end(how.body ?? '');
}
