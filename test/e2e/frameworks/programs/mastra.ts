// A program on Mastra: agents that generate and stream, with tools, granted and refused.
import { createOpenAI } from '@ai-sdk/openai';
import { Agent } from '@mastra/core/agent';
import type { MastraModelConfig } from '@mastra/core/llm';
import { createTool } from '@mastra/core/tools';
import { runAs } from 'spendfuse';
import { z } from 'zod';
import { collect, described, runScenarios, type Scenario } from './scenario.ts';

// The declarations of the two packages do not fit in every detail; what they do, does.
const model = createOpenAI()('gpt-4o-mini') as MastraModelConfig;
const lookup = createTool({
  id: 'lookup',
  description: 'Looks a word up.',
  inputSchema: z.object({ word: z.string() }),
  execute: async () => ({ known: true }),
});
const instructions = 'Answer.';
const agent = new Agent({ id: 'asker', name: 'asker', instructions, model });
const searcher = new Agent({
  id: 'searcher',
  name: 'searcher',
  instructions,
  model,
  tools: { lookup },
});
const routed = new Agent({
  id: 'routed',
  name: 'routed',
  instructions,
  model: 'openai/gpt-4o-mini',
});

async function failed(from: Pick<typeof agent, 'stream'>, prompt: string): Promise<unknown> {
  const errors: unknown[] = [];
  const stream = await from.stream(prompt, {
    onError: ({ error }: { error: unknown }) => void errors.push(error),
  });
  const parts = await collect(
    stream.fullStream as unknown as AsyncIterable<{ type: string; payload: { error?: unknown } }>,
  );
  const text = await stream.text.then(
    (value) => ({ value }),
    (error: unknown) => described(error),
  );
  return {
    parts: [...new Set(parts.map(({ type }) => type))],
    partError: parts.flatMap(({ type, payload }) =>
      type === 'error' ? [described(payload.error)] : [],
    ),
    onError: errors.map(described),
    error: stream.error && described(stream.error),
    text,
  };
}

const scenarios: readonly Scenario[] = [
  { name: 'generate', play: async ({ prompt }) => (await agent.generate(prompt)).text },
  { name: 'generate, routed', play: async ({ prompt }) => (await routed.generate(prompt)).text },
  {
    name: 'stream',
    play: async ({ prompt }) => {
      const stream = await agent.stream(prompt);
      return (await collect(stream.textStream as unknown as AsyncIterable<string>)).join('');
    },
  },
  { name: 'tools', play: async ({ prompt }) => (await searcher.generate(prompt)).text },
  {
    name: 'tools, streamed',
    play: async ({ prompt }) => {
      const stream = await searcher.stream(prompt);
      return (await collect(stream.textStream as unknown as AsyncIterable<string>)).join('');
    },
  },
  {
    name: 'tools, read elsewhere',
    play: async ({ prompt }) => {
      const { fullStream } = await runAs({ user: 'u1' }, () => searcher.stream(prompt));
      return (await collect(fullStream as unknown as AsyncIterable<unknown>)).length > 0;
    },
  },
  {
    name: 'structured output',
    play: async ({ prompt }) =>
      (
        await agent.generate(prompt, {
          structuredOutput: { schema: z.object({ word: z.string() }) },
        })
      ).object,
  },
  { name: 'generate, denied', purse: 'empty', play: ({ prompt }) => agent.generate(prompt) },
  { name: 'routed, denied', purse: 'empty', play: ({ prompt }) => routed.generate(prompt) },
  {
    name: 'retries, denied',
    purse: 'empty',
    play: ({ prompt }) => agent.generate(prompt, { modelSettings: { maxRetries: 2 } }),
  },
  { name: 'stream, denied', purse: 'empty', play: ({ prompt }) => failed(agent, prompt) },
  { name: 'tools, denied midway', purse: 'two', play: ({ prompt }) => searcher.generate(prompt) },
  {
    name: 'tools, streamed, denied midway',
    purse: 'two',
    play: ({ prompt }) => failed(searcher, prompt),
  },
];

await runScenarios(scenarios);
