// How streamed calls can end: a row of the table in docs/outcomes.md each.
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { chat, kept } from './outcomes-bodies.ts';
import { type App, collected, errorSeen, type Outcome, responseSeen } from './outcomes.ts';
import { denial, grant } from './recording-authority.ts';
import { delta, events, sse, stalling, streamOf } from './outcomes-wire.ts';

const streamed = { ...chat, stream: true as const };
const WORDS = ['One ', 'two ', 'three.'];
const BYTES = WORDS.join('').length;
const words = WORDS.map(delta);

const AT_ONCE = 'before the program has its last byte';
const WITH_ERROR = 'before the program has its error';
const AT_BREAK = 'at once';

/** All chunks, and the error that they end with. */
async function readAll({ openai }: App, body: object = streamed): Promise<unknown> {
  const chunks: unknown[] = [];
  const error = await errorSeen(async () => {
    const stream = await openai.chat.completions.create({ ...streamed, ...body });
    for await (const chunk of stream) chunks.push(chunk);
  });
  return { chunks, error };
}

const readBytes = ({ post }: App): Promise<unknown> => responseSeen(post(streamed));

/** Reads so many chunks, then does something, and goes on reading. */
async function readThen(
  { openai }: App,
  { chunks, act }: { readonly chunks: number; readonly act: (abort: () => void) => boolean },
): Promise<unknown> {
  const seen: unknown[] = [];
  const error = await errorSeen(async () => {
    const stream = await openai.chat.completions.create(streamed);
    for await (const chunk of stream) {
      seen.push(chunk);
      if (seen.length === chunks && act(() => stream.controller.abort())) break;
    }
  });
  return { seen, error };
}

const errorEvent = sse({ error: { code: 'insufficient_quota', message: 'No more.' } });

const encodings = [
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
] as const;

const WHOLE: readonly Outcome[] = [
  {
    name: 'success, streamed',
    charged: 'the usage that the provider reports',
    when: AT_ONCE,
    answer: events((request) => streamOf(request, WORDS)),
    run: readBytes,
  },
  ...encodings.map(
    ([encoding, compress]): Outcome => ({
      name: `a stream compressed with ${encoding}`,
      charged: 'the usage that the provider reports',
      when: AT_ONCE,
      answer: (response, request) => {
        const type = { 'content-type': 'text/event-stream', 'content-encoding': encoding };
        response.writeHead(200, type).end(compress(streamOf(request, WORDS)));
      },
      run: readBytes,
    }),
  ),
  {
    name: 'an event of 50 MB in a stream',
    charged: 'the usage that the provider reports',
    when: AT_ONCE,
    answer: events((request) => streamOf(request, ['QUJD'.repeat((50 * 1024 * 1024) / 4)])),
    run: readBytes,
  },
  {
    name: 'no usage in a stream',
    charged: 'the input, and the output that was seen',
    seen: BYTES,
    when: AT_ONCE,
    answer: events(() => streamOf({ method: '', path: '', headers: {}, body: '' }, WORDS)),
    run: (app) => readAll(app),
  },
  {
    name: 'no usage in a stream of a model that hides its reasoning',
    charged: 'all that was held',
    when: AT_ONCE,
    answer: events(() => streamOf({ method: '', path: '', headers: {}, body: '' }, WORDS)),
    run: (app) => readAll(app, { model: 'gpt-5', reasoning_effort: 'low' }),
  },
  {
    name: 'malformed events in a stream',
    charged: 'the input, and the output that was seen',
    seen: BYTES,
    isCut: true,
    when: AT_ONCE,
    answer: events(() => `${words.join('')}data: {"choices": [{"del\n\n`),
    run: (app) => readAll(app),
  },
  {
    name: 'a stream in which nothing can be read',
    charged: 'all that was held',
    isCut: true,
    when: AT_ONCE,
    answer: events(() => '<html>What is a stream?</html>'),
    run: readBytes,
  },
  {
    name: 'an error event before any output',
    charged: 'nothing: released, and counted as a request',
    errorType: 'insufficient_quota',
    isCut: true,
    when: WITH_ERROR,
    answer: events(() => errorEvent),
    run: (app) => readAll(app),
  },
  {
    name: 'an error event after some output',
    charged: 'the input, and the output that was seen',
    seen: BYTES,
    errorType: 'insufficient_quota',
    isCut: true,
    when: WITH_ERROR,
    answer: events(() => `${words.join('')}${errorEvent}`),
    run: (app) => readAll(app),
  },
];

const BROKEN: readonly Outcome[] = [
  {
    name: 'a stream that ends too early',
    charged: 'the input, and the output that was seen',
    seen: BYTES,
    isCut: true,
    when: AT_ONCE,
    answer: events(() => words.join('')),
    run: (app) => readAll(app),
  },
  {
    name: 'a stream whose connection breaks',
    charged: 'the input, and the output that was seen',
    seen: BYTES,
    errorType: /^(?:ECONNRESET|UND_ERR_SOCKET)$/u,
    isCut: true,
    when: WITH_ERROR,
    answer: async (response, request) => {
      await stalling(...words)(response, request);
      response.socket?.resetAndDestroy();
    },
    run: (app) => readAll(app),
  },
  {
    name: 'a stream aborted before its first event',
    charged: 'all that was held',
    isCut: true,
    when: AT_BREAK,
    answer: stalling(),
    run: ({ openai }) =>
      errorSeen(async () => {
        const stream = await openai.chat.completions.create(streamed);
        setTimeout(() => stream.controller.abort(), 50);
        return collected(stream);
      }),
  },
  {
    name: 'a stream aborted',
    charged: 'the input, and the output that was seen',
    seen: BYTES,
    isCut: true,
    when: AT_BREAK,
    answer: stalling(...words),
    run: (app) =>
      readThen(app, {
        chunks: 3,
        act: (abort) => {
          abort();
          return false;
        },
      }),
  },
  {
    name: 'early break',
    charged: 'the input, and the output that was seen',
    seen: BYTES,
    isCut: true,
    when: AT_BREAK,
    answer: stalling(...words),
    run: (app) => readThen(app, { chunks: 3, act: () => true }),
  },
  {
    name: 'early break, of a model that hides its reasoning',
    charged: 'all that was held',
    isCut: true,
    when: AT_BREAK,
    answer: stalling(...words),
    run: async ({ openai }) => {
      for await (const chunk of await openai.chat.completions.create({
        ...streamed,
        model: 'gpt-5',
        reasoning_effort: 'low',
      })) {
        return chunk;
      }
      return undefined;
    },
  },
  {
    name: 'a stream that its budget cuts',
    charged: 'the input, and the output that was seen',
    errorType: 'budget_exceeded',
    isCut: true,
    when: WITH_ERROR,
    answer: stalling(...'abcdefgh'.split('').map((letter) => delta(letter.repeat(3)))),
    decide: (request) => ({
      ...(grant(request) as Extract<ReturnType<typeof grant>, { kind: 'granted' }>),
      held: { costNanoUsd: 1, tokens: request.estimate.inputBound.tokens + 4 },
      heldOutputTokens: 4,
    }),
    prepare: ({ authority }) => {
      authority.extend = async () => denial;
    },
    run: (app) => readAll(app),
  },
];

const LEFT: readonly Outcome[] = [
  {
    name: 'never-iterated stream, dropped',
    charged: 'the usage that the provider reports',
    when: 'when it is garbage collected, and at most 250 ms later',
    answer: events((request) => streamOf(request, WORDS)),
    run: async ({ openai }) => void (await openai.chat.completions.create(streamed)),
  },
  {
    name: 'never-iterated stream, dropped while it runs',
    charged: 'the input, and the output that was seen',
    seen: BYTES,
    isCut: true,
    when: 'when it is garbage collected, and at most 250 ms later',
    answer: stalling(...words),
    run: async ({ openai }) => {
      await openai.chat.completions.create(streamed);
      await new Promise((resolve) => setTimeout(resolve, 150));
    },
  },
  {
    name: 'never-iterated stream, kept',
    charged: 'all that was held',
    isCut: true,
    when: 'after the idle limit (2 min)',
    answer: events((request) => streamOf(request, WORDS)),
    times: { idleMs: 50 },
    run: async ({ openai }) => void kept.push(await openai.chat.completions.create(streamed)),
  },
  {
    name: 'a stream that is not read on, kept',
    charged: 'all that was held',
    isCut: true,
    when: 'after the idle limit (2 min)',
    answer: stalling(...words),
    times: { idleMs: 50 },
    run: async ({ openai }) => {
      const iterator = (await openai.chat.completions.create(streamed))[Symbol.asyncIterator]();
      kept.push(iterator);
      return iterator.next();
    },
  },
  {
    name: 'the budget authority does not answer',
    charged: 'the usage that the provider reports',
    when: 'the last byte waits 250 ms at most; the client delivers the commit when it can',
    answer: events((request) => streamOf(request, WORDS)),
    prepare: ({ authority }) => {
      authority.commit = (request) => {
        authority.commits.push(request);
        return new Promise(() => {});
      };
    },
    run: readBytes,
  },
];

export const streamOutcomes: readonly Outcome[] = [...WHOLE, ...BROKEN, ...LEFT];
