// A program on the Vercel AI SDK: every way of calling a model, granted and refused.
import type * as sdk from 'ai';
import type { createAnthropic } from '@ai-sdk/anthropic';
import type { createOpenAI } from '@ai-sdk/openai';
import { BudgetExceededError, runAs } from 'spendfuse';
import { z } from 'zod';
import { collect, described, runScenarios, type Scenario } from './scenario.ts';

/** An older version is used in the same way. */
const load = (name: string): Promise<unknown> => import(process.env[name] ?? '');
const { ai, openai, anthropic } = {
  ai: (await load('AI_MODULE')) as typeof sdk,
  openai: ((await load('AI_OPENAI')) as { createOpenAI: typeof createOpenAI }).createOpenAI(),
  anthropic: process.env['AI_ANTHROPIC']
    ? ((await load('AI_ANTHROPIC')) as { createAnthropic: typeof createAnthropic }).createAnthropic(
        { baseURL: `${process.env['ANTHROPIC_BASE_URL']}/v1` },
      )
    : undefined,
};
const { embed, embedMany, generateObject, generateText, stepCountIs, streamObject, streamText } =
  ai;

const model = openai('gpt-4o-mini');
const chat = openai.chat('gpt-4o-mini');
const embedder = openai.embedding('text-embedding-3-small');
const schema = z.object({ word: z.string(), number: z.number() });
const stopWhen = stepCountIs(5);
const lookup = ai.tool({
  inputSchema: z.object({ word: z.string() }),
  execute: async ({ word }) => `${word} is known`,
});
const tools = { lookup };
/** So many an adaptive budget wants to see before it holds less than the worst case. */
const LEARNING_CALLS = 20;

type Streamed = Pick<ReturnType<typeof streamText>, 'fullStream' | 'text' | 'steps'>;

type OnError = (event: { readonly error: unknown }) => void;

/** Everything that a program can learn of a stream that fails. */
async function failed(start: (onError: OnError) => Streamed): Promise<unknown> {
  const errors: unknown[] = [];
  const stream = start(({ error }) => void errors.push(error));
  const parts: sdk.TextStreamPart<sdk.ToolSet>[] = [];
  let thrown: unknown;
  try {
    for await (const part of stream.fullStream) parts.push(part);
  } catch (error) {
    thrown = described(error);
  }
  const settledAs = async (promise: PromiseLike<unknown>): Promise<unknown> =>
    Promise.resolve(promise).then(
      (value) => ({ value }),
      (error: unknown) => described(error),
    );
  return {
    parts: [...new Set(parts.map(({ type }) => type))],
    thrown,
    partError: parts.flatMap((part) => (part.type === 'error' ? [described(part.error)] : [])),
    onError: errors.map(described),
    text: await settledAs(stream.text),
    steps: await settledAs(Promise.resolve(stream.steps).then((steps) => steps.length)),
  };
}

const granted: readonly Scenario[] = [
  {
    name: 'generateText',
    play: async ({ prompt }) => (await generateText({ model, prompt })).text,
  },
  {
    name: 'generateText, chat',
    play: async ({ prompt }) => (await generateText({ model: chat, prompt })).text,
  },
  {
    name: 'streamText',
    play: async ({ prompt }) => (await collect(streamText({ model, prompt }).textStream)).join(''),
  },
  {
    name: 'streamText, chat',
    play: async ({ prompt }) =>
      (await collect(streamText({ model: chat, prompt }).textStream)).join(''),
  },
  {
    name: 'generateObject',
    play: async ({ prompt }) => (await generateObject({ model, prompt, schema })).object,
  },
  {
    name: 'streamObject',
    play: async ({ prompt }) => {
      const stream = streamObject({ model, prompt, schema });
      await collect(stream.partialObjectStream);
      return stream.object;
    },
  },
  {
    name: 'Output.object',
    play: async ({ prompt }) =>
      (await generateText({ model, prompt, output: ai.Output.object({ schema }) })).output,
  },
  {
    name: 'tools',
    play: async ({ prompt }) => {
      const { text, steps } = await generateText({ model, prompt, tools, stopWhen });
      return { text, steps: steps.length };
    },
  },
  {
    name: 'tools, chat, streamed',
    play: async ({ prompt }) => {
      const stream = streamText({ model: chat, prompt, tools, stopWhen });
      await stream.consumeStream();
      return { text: await stream.text, steps: (await stream.steps).length };
    },
  },
  {
    name: 'tools, read elsewhere',
    play: async ({ prompt }) => {
      const started = runAs({ user: 'u1' }, () => streamText({ model, prompt, tools, stopWhen }));
      return (await collect(started.textStream)).join('');
    },
  },
  {
    name: 'agent',
    play: async ({ prompt }) => {
      const agent = new ai.ToolLoopAgent({ model, tools, stopWhen });
      return (await agent.generate({ prompt })).text;
    },
  },
  {
    name: 'embed',
    play: async ({ prompt }) => (await embed({ model: embedder, value: prompt })).embedding.length,
  },
  {
    name: 'embedMany',
    play: async ({ prompt }) => {
      // More than one request takes.
      const values = Array.from({ length: 2050 }, (_, index) =>
        index % 2 ? prompt : `${prompt} ?`,
      );
      return (await embedMany({ model: embedder, values })).embeddings.length;
    },
  },
];

const refused: readonly Scenario[] = [
  {
    name: 'generateText, denied',
    purse: 'empty',
    play: ({ prompt }) => generateText({ model, prompt }),
  },
  {
    name: 'streamText, denied',
    purse: 'empty',
    play: ({ prompt }) => failed((onError) => streamText({ model, prompt, onError })),
  },
  {
    name: 'textStream, denied',
    purse: 'empty',
    play: ({ prompt }) => collect(streamText({ model, prompt, onError() {} }).textStream),
  },
  {
    name: 'stream for a user interface, denied',
    purse: 'empty',
    play: async ({ prompt }) => {
      const result = streamText({ model, prompt, onError() {} });
      const reasonOf = (error: unknown): string =>
        BudgetExceededError.from(error)?.reason ?? 'other';
      const parts = await collect(result.toUIMessageStream({ onError: reasonOf }));
      return parts.filter(({ type }) => type === 'error');
    },
  },
  {
    name: 'generateObject, denied',
    purse: 'empty',
    play: ({ prompt }) => generateObject({ model, prompt, schema }),
  },
  {
    name: 'streamObject, denied',
    purse: 'empty',
    play: ({ prompt }) => streamObject({ model, prompt, schema, onError() {} }).object,
  },
  {
    name: 'embed, denied',
    purse: 'empty',
    play: ({ prompt }) => embed({ model: embedder, value: prompt }),
  },
  {
    name: 'embedMany, denied',
    purse: 'empty',
    play: ({ prompt }) => embedMany({ model: embedder, values: [prompt] }),
  },
  {
    name: 'tools, denied midway',
    purse: 'two',
    play: ({ prompt }) => generateText({ model, prompt, tools, stopWhen }),
  },
  {
    name: 'tools, streamed, denied midway',
    purse: 'two',
    play: ({ prompt }) =>
      failed((onError) => streamText({ model, prompt, tools, stopWhen, onError })),
  },
  {
    name: 'denied in a tool',
    play: async ({ prompt }) => {
      const ask = ai.tool({
        inputSchema: z.object({ word: z.string() }),
        execute: async () =>
          (await runAs({ purse: 'empty' }, () => generateText({ model, prompt }))).text,
      });
      const { steps } = await generateText({ model, prompt, tools: { lookup: ask }, stopWhen });
      return steps.flatMap(({ content }) =>
        content.flatMap((part) => (part.type === 'tool-error' ? [described(part.error)] : [])),
      );
    },
  },
  {
    name: 'denied at the second attempt',
    purse: 'one',
    play: ({ prompt }) => generateText({ model, prompt }),
  },
  {
    name: 'streamText, cut by the budget',
    purse: 'growing',
    play: async ({ prompt }) => {
      // How much an answer usually has is learned first.
      for (let call = 0; call < LEARNING_CALLS; call += 1) {
        await generateText({ model, prompt, maxOutputTokens: 16 });
      }
      return failed((onError) => streamText({ model, prompt, onError }));
    },
  },
];

const ended: readonly Scenario[] = [
  {
    name: 'generateText, aborted',
    play: ({ prompt, held }) => generateText({ model, prompt, abortSignal: held }),
  },
  {
    name: 'streamText, aborted midway',
    play: async ({ prompt }) => {
      const abort = new AbortController();
      const { fullStream } = streamText({ model, prompt, abortSignal: abort.signal });
      const types = new Set<string>();
      for await (const { type } of fullStream) {
        types.add(type);
        if (type === 'text-delta') abort.abort();
      }
      return types.has('abort');
    },
  },
  {
    name: 'textStream, cut',
    play: ({ prompt }) => collect(streamText({ model, prompt, onError() {} }).textStream),
  },
  {
    name: 'streamText, cut',
    play: ({ prompt }) => failed((onError) => streamText({ model, prompt, onError })),
  },
];

const claude: readonly Scenario[] = anthropic
  ? [
      {
        name: 'anthropic',
        play: async ({ prompt }) =>
          (await generateText({ model: anthropic('claude-haiku-4-5'), prompt })).text,
      },
      {
        name: 'anthropic, tools, streamed',
        play: async ({ prompt }) => {
          const stream = streamText({
            model: anthropic('claude-haiku-4-5'),
            prompt,
            tools,
            stopWhen,
          });
          return (await collect(stream.textStream)).join('');
        },
      },
      {
        name: 'anthropic, denied',
        purse: 'empty',
        play: ({ prompt }) => generateText({ model: anthropic('claude-haiku-4-5'), prompt }),
      },
    ]
  : [];

await runScenarios([...granted, ...refused, ...ended, ...claude]);
