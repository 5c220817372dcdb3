// How calls without a stream can end: a row of the table in docs/outcomes.md each.
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { errorSeen, HELD_OUTPUT, type App, type Outcome, responseSeen } from './outcomes.ts';
import { completion, json } from './outcomes-wire.ts';

export const chat = {
  model: 'gpt-4o-mini',
  messages: [{ role: 'user' as const, content: 'Hello, sea.' }],
  max_tokens: HELD_OUTPUT,
};

const create = ({ openai }: App, options?: object): Promise<unknown> =>
  errorSeen(() => openai.chat.completions.create(chat, options));
const post = ({ post: send }: App): Promise<unknown> => responseSeen(send(chat));

const AT_ONCE = 'before the program has its last byte';
const WITH_ERROR = 'before the program has its error';
const never = (): Promise<void> => new Promise(() => {});

/** As `AbortController.abort`, when the call is under way. */
async function abortedSoon(run: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 100);
  return run(controller.signal);
}

const encodings = [
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
] as const;

const ANSWERED: readonly Outcome[] = [
  {
    name: 'success',
    charged: 'the usage that the provider reports',
    when: AT_ONCE,
    answer: json(completion('Hello.')),
    run: (app) => create(app),
  },
  ...encodings.map(
    ([encoding, compress]): Outcome => ({
      name: `a body compressed with ${encoding}`,
      charged: 'the usage that the provider reports',
      when: AT_ONCE,
      answer: json(compress(completion('Hello.')), 200, { 'content-encoding': encoding }),
      run: post,
    }),
  ),
  {
    name: 'a body of 50 MB',
    charged: 'the usage that the provider reports',
    when: AT_ONCE,
    answer: json(completion('QUJD'.repeat((50 * 1024 * 1024) / 4))),
    run: post,
  },
  {
    name: 'no usage in a body',
    charged: 'the input, and the output that was seen',
    seen: completion('Hello.', null).length,
    when: AT_ONCE,
    answer: json(completion('Hello.', null)),
    run: (app) => create(app),
  },
  {
    name: 'malformed JSON',
    charged: 'all that was held',
    when: AT_ONCE,
    answer: json(completion('Hello.').slice(0, -20)),
    run: (app) => create(app),
  },
  {
    name: 'a body that is no text',
    charged: 'all that was held',
    when: AT_ONCE,
    answer: json(Buffer.alloc(10, '{"usage":'), 200, { 'content-type': 'audio/mpeg' }),
    run: post,
  },
  {
    name: 'an error with status 200 and nothing else',
    charged: 'nothing: released, and counted as a request',
    errorType: 'overloaded',
    when: AT_ONCE,
    answer: json('{"error":{"code":"overloaded","message":"Busy."}}'),
    run: (app) => create(app),
  },
];

const REFUSED: readonly Outcome[] = [
  ...[
    [400, 'context_length_exceeded'],
    [429, 'rate_limit_exceeded'],
    [500, 'server_error'],
  ].map(
    ([status, code]): Outcome => ({
      name: `HTTP error ${status}`,
      charged: 'nothing: released, and counted as a request',
      errorType: String(code),
      when: WITH_ERROR,
      answer: json(JSON.stringify({ error: { code, message: 'No.' } }), Number(status)),
      run: (app) => create(app),
    }),
  ),
  ...[408, 499, 504, 524].map(
    (status): Outcome => ({
      name: `HTTP error ${status}: a gateway gave up waiting`,
      charged: 'all that was held',
      errorType: String(status),
      when: WITH_ERROR,
      answer: json('<html>Timeout</html>', status, { 'content-type': 'text/html' }),
      run: (app) => create(app),
    }),
  ),
  {
    name: 'an HTTP error that reports usage',
    charged: 'the usage that the provider reports',
    errorType: '500',
    when: WITH_ERROR,
    answer: json(completion('Hello.'), 500),
    run: (app) => create(app),
  },
];

const BROKEN: readonly Outcome[] = [
  {
    name: 'connection refused',
    charged: 'nothing: released as not sent',
    errorType: 'ECONNREFUSED',
    when: WITH_ERROR,
    answer: never,
    prepare: ({ provider }) => provider.close(),
    run: (app) => create(app),
  },
  {
    name: 'reset after the request was sent',
    charged: 'all that was held',
    errorType: /^(?:ECONNRESET|UND_ERR_SOCKET)$/u,
    when: WITH_ERROR,
    answer: (response) => void response.socket?.resetAndDestroy(),
    run: (app) => create(app),
  },
  {
    name: 'timeout of the SDK',
    charged: 'all that was held',
    errorType: 'aborted',
    when: WITH_ERROR,
    answer: never,
    run: (app) => create(app, { timeout: 100 }),
  },
  {
    name: 'timeout of a signal',
    charged: 'all that was held',
    errorType: 'timeout',
    when: WITH_ERROR,
    answer: never,
    run: ({ post: send }) => errorSeen(() => send(chat, { signal: AbortSignal.timeout(100) })),
  },
  {
    name: 'aborted before anything was asked',
    charged: 'nothing: it was never reserved',
    errorType: 'aborted',
    when: 'never',
    answer: json(completion('Hello.')),
    run: ({ post: send }) => errorSeen(() => send(chat, { signal: AbortSignal.abort() })),
  },
  {
    name: 'aborted while it waits for room in its budget',
    charged: 'nothing: released as not sent',
    errorType: 'aborted',
    when: WITH_ERROR,
    answer: never,
    decide: () => new Promise(() => {}),
    run: (app) => abortedSoon((signal) => create(app, { signal })),
  },
  {
    name: 'aborted before the answer',
    charged: 'all that was held',
    errorType: 'aborted',
    when: WITH_ERROR,
    answer: never,
    run: (app) => abortedSoon((signal) => create(app, { signal })),
  },
  {
    name: 'a body that breaks off',
    charged: 'all that was held',
    errorType: /^(?:ECONNRESET|UND_ERR_SOCKET)$/u,
    when: WITH_ERROR,
    answer: async (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 5000 });
      response.write(completion('Hello.').slice(0, 50));
      await new Promise((resolve) => setTimeout(resolve, 50));
      response.socket?.resetAndDestroy();
    },
    run: post,
  },
  {
    name: 'a body that nobody reads, dropped',
    charged: 'the usage that the provider reports',
    when: 'when it is garbage collected, and at most 250 ms later',
    answer: json(completion('Hello.')),
    run: async ({ post: send }) => (await send(chat)).status,
  },
  {
    name: 'a body that nobody reads, kept',
    charged: 'all that was held',
    when: 'after the idle limit (2 min)',
    answer: json(completion('Hello.')),
    times: { idleMs: 50 },
    run: async ({ post: send }) => void kept.push(await send(chat)),
  },
];

/** As a program that has forgotten that it holds them. */
export const kept: unknown[] = [];

export const bodyOutcomes: readonly Outcome[] = [...ANSWERED, ...REFUSED, ...BROKEN];
