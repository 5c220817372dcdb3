// A program on LangChain.js: models, chains, tools and embeddings, granted and refused.
import { ChatAnthropic } from '@langchain/anthropic';
import { HumanMessage } from '@langchain/core/messages';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { StringOutputParser } from '@langchain/core/output_parsers';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { BudgetExceededError, runAs } from 'spendfuse';
import { z } from 'zod';
import { collect, runScenarios, type Scenario } from './scenario.ts';

const model = new ChatOpenAI({ model: 'gpt-4o-mini' });
const responses = new ChatOpenAI({ model: 'gpt-4o-mini', useResponsesApi: true });
const claude = new ChatAnthropic({ model: 'claude-haiku-4-5' });
const embeddings = new OpenAIEmbeddings({ model: 'text-embedding-3-small' });
const schema = z.object({ word: z.string(), number: z.number() });
const lookup = tool(async ({ word }) => `${word} is known`, {
  name: 'lookup',
  description: 'Looks a word up.',
  schema: z.object({ word: z.string() }),
});

/** An agent by hand: asks, runs the tools that are called, and asks again. */
async function loop(prompt: string): Promise<unknown> {
  const withTools = model.bindTools([lookup]);
  const messages: Parameters<typeof withTools.invoke>[0] & unknown[] = [new HumanMessage(prompt)];
  for (let step = 1; ; step += 1) {
    const answer = await withTools.invoke(messages);
    if (!answer.tool_calls?.length) return { text: answer.text, steps: step };
    messages.push(answer);
    for (const call of answer.tool_calls) messages.push(await lookup.invoke(call));
  }
}

const chain = ChatPromptTemplate.fromTemplate('{question}')
  .pipe(model)
  .pipe(new StringOutputParser());

async function streamed(from: typeof model | typeof claude, prompt: string): Promise<string> {
  return (await collect(await from.stream(prompt))).map(({ text }) => text).join('');
}

const scenarios: readonly Scenario[] = [
  { name: 'invoke', play: async ({ prompt }) => (await model.invoke(prompt)).text },
  { name: 'invoke, responses', play: async ({ prompt }) => (await responses.invoke(prompt)).text },
  { name: 'stream', play: ({ prompt }) => streamed(model, prompt) },
  { name: 'stream, responses', play: ({ prompt }) => streamed(responses, prompt) },
  {
    name: 'stream, read elsewhere',
    play: async ({ prompt }) => {
      const stream = await runAs({ user: 'u1' }, () => model.stream(prompt));
      return (await collect(stream)).length > 0;
    },
  },
  {
    name: 'batch',
    play: async ({ prompt }) =>
      (await model.batch([prompt, prompt, prompt])).map(({ text }) => text),
  },
  { name: 'chain', play: ({ prompt }) => chain.invoke({ question: prompt }) },
  {
    name: 'structured output',
    play: ({ prompt }) => model.withStructuredOutput(schema).invoke(prompt),
  },
  { name: 'tools', play: ({ prompt }) => loop(prompt) },
  {
    name: 'embeddings',
    play: async ({ prompt }) => (await embeddings.embedDocuments([prompt, prompt])).length,
  },
  { name: 'anthropic', play: async ({ prompt }) => (await claude.invoke(prompt)).text },
  { name: 'anthropic, stream', play: ({ prompt }) => streamed(claude, prompt) },
  { name: 'invoke, denied', purse: 'empty', play: ({ prompt }) => model.invoke(prompt) },
  {
    name: 'invoke, responses, denied',
    purse: 'empty',
    play: ({ prompt }) => responses.invoke(prompt),
  },
  { name: 'stream, denied', purse: 'empty', play: ({ prompt }) => streamed(model, prompt) },
  {
    name: 'chain, denied',
    purse: 'empty',
    play: ({ prompt }) => chain.invoke({ question: prompt }),
  },
  {
    name: 'structured output, denied',
    purse: 'empty',
    play: ({ prompt }) => model.withStructuredOutput(schema).invoke(prompt),
  },
  {
    name: 'embeddings, denied',
    purse: 'empty',
    play: ({ prompt }) => embeddings.embedQuery(prompt),
  },
  { name: 'anthropic, denied', purse: 'empty', play: ({ prompt }) => claude.invoke(prompt) },
  {
    name: 'anthropic, stream, denied',
    purse: 'empty',
    play: ({ prompt }) => streamed(claude, prompt),
  },
  { name: 'tools, denied midway', purse: 'two', play: ({ prompt }) => loop(prompt) },
  {
    name: 'batch, denied midway',
    purse: 'one',
    play: ({ prompt }) => model.batch([prompt, prompt, prompt], { maxConcurrency: 1 }),
  },
  {
    name: 'batch, exceptions returned',
    purse: 'one',
    play: async ({ prompt }) => {
      const results: readonly unknown[] = await model.batch(
        [prompt, prompt],
        { maxConcurrency: 1 },
        { returnExceptions: true },
      );
      return results.map((result) => (result instanceof Error ? result.name : 'answer'));
    },
  },
  {
    name: 'with a fallback, denied',
    purse: 'empty',
    play: ({ prompt }) => model.withFallbacks([claude]).invoke(prompt),
  },
  {
    name: 'with retries, denied',
    purse: 'empty',
    play: ({ prompt }) => model.withRetry({ stopAfterAttempt: 2 }).invoke(prompt),
  },
  {
    name: 'with retries that end, denied',
    purse: 'one',
    play: async ({ prompt }) => {
      const retrying = model.withRetry({
        onFailedAttempt: (error: unknown) => {
          if (BudgetExceededError.from(error)) throw error;
        },
      });
      await retrying.invoke(prompt);
      return retrying.invoke(prompt);
    },
  },
  {
    name: 'invoke, aborted',
    play: ({ prompt, held }) => model.invoke(prompt, { signal: held }),
  },
];

await runScenarios(scenarios);
