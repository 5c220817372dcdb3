// A program on the OpenAI Agents SDK: runs, streams, tools and handoffs, granted and refused.
import {
  Agent,
  BatchTraceProcessor,
  OpenAIChatCompletionsModel,
  OpenAITracingExporter,
  retryPolicies,
  run,
  setTraceProcessors,
  tool,
} from '@openai/agents';
import OpenAI from 'openai';
import { runAs } from 'spendfuse';
import { z } from 'zod';
import { collect, described, runScenarios, type Scenario } from './scenario.ts';

// As by default, but for the place: traces go to the fake, too.
const endpoint = `${process.env['OPENAI_BASE_URL']}/traces/ingest`;
setTraceProcessors([new BatchTraceProcessor(new OpenAITracingExporter({ endpoint }))]);

const model = 'gpt-4o-mini';
const lookup = tool({
  name: 'lookup',
  description: 'Looks a word up.',
  parameters: z.object({ word: z.string() }),
  execute: async ({ word }) => `${word} is known`,
});
const agent = new Agent({ name: 'asker', model });
const toolAgent = new Agent({ name: 'searcher', model, tools: [lookup] });
const expert = new Agent({ name: 'expert', model });
const triage = new Agent({ name: 'triage', model, handoffs: [expert] });
const { any, httpStatus, networkError, providerSuggested } = retryPolicies;
const policy = any(networkError(), providerSuggested(), httpStatus([408, 429, 500]));
const patient = new Agent({
  name: 'patient',
  model,
  modelSettings: { retry: { maxRetries: 2, policy } },
});
const typed = new Agent({ name: 'typed', model, outputType: z.object({ word: z.string() }) });
const chat = new Agent({
  name: 'chat',
  model: new OpenAIChatCompletionsModel(new OpenAI() as never, model),
  tools: [lookup],
});

async function streamed(from: typeof agent, prompt: string): Promise<unknown> {
  const result = await run(from, prompt, { stream: true });
  const types = new Set((await collect(result)).map(({ type }) => type));
  await result.completed;
  return { text: result.finalOutput, types: [...types] };
}

async function failed(from: typeof agent, prompt: string): Promise<unknown> {
  const result = await run(from, prompt, { stream: true });
  const read = await collect(result).then(
    (events) => events.length,
    (error: unknown) => described(error),
  );
  const completed = await result.completed.then(
    () => 'completed',
    (error: unknown) => described(error),
  );
  return { read, completed, error: described(result.error) };
}

const scenarios: readonly Scenario[] = [
  { name: 'run', play: async ({ prompt }) => (await run(agent, prompt)).finalOutput },
  { name: 'run, streamed', play: ({ prompt }) => streamed(agent, prompt) },
  { name: 'run, typed', play: async ({ prompt }) => (await run(typed, prompt)).finalOutput },
  { name: 'tools', play: async ({ prompt }) => (await run(toolAgent, prompt)).finalOutput },
  { name: 'tools, streamed', play: ({ prompt }) => streamed(toolAgent, prompt) },
  { name: 'tools, chat', play: async ({ prompt }) => (await run(chat, prompt)).finalOutput },
  { name: 'tools, chat, streamed', play: ({ prompt }) => streamed(chat, prompt) },
  {
    name: 'tools, read elsewhere',
    play: async ({ prompt }) => {
      const result = await runAs({ user: 'u1' }, () => run(toolAgent, prompt, { stream: true }));
      return (await collect(result)).length > 0;
    },
  },
  {
    name: 'handoff',
    play: async ({ prompt }) => {
      const { finalOutput, lastAgent } = await run(triage, prompt);
      return { text: finalOutput, by: lastAgent?.name };
    },
  },
  { name: 'run, denied', purse: 'empty', play: ({ prompt }) => run(agent, prompt) },
  { name: 'run, streamed, denied', purse: 'empty', play: ({ prompt }) => failed(agent, prompt) },
  { name: 'chat, denied', purse: 'empty', play: ({ prompt }) => run(chat, prompt) },
  { name: 'retries, denied', purse: 'empty', play: ({ prompt }) => run(patient, prompt) },
  { name: 'tools, denied midway', purse: 'two', play: ({ prompt }) => run(toolAgent, prompt) },
  {
    name: 'tools, streamed, denied midway',
    purse: 'two',
    play: ({ prompt }) => failed(toolAgent, prompt),
  },
  { name: 'handoff, denied midway', purse: 'one', play: ({ prompt }) => run(triage, prompt) },
  {
    name: 'denied in a tool',
    play: async ({ prompt }) => {
      const ask = tool({
        name: 'lookup',
        description: 'Asks another agent.',
        parameters: z.object({ word: z.string() }),
        execute: async () =>
          (await runAs({ purse: 'empty' }, () => run(agent, prompt))).finalOutput,
      });
      const { newItems } = await run(new Agent({ name: 'boss', model, tools: [ask] }), prompt);
      return newItems.flatMap((item) =>
        item.type === 'tool_call_output_item' ? [item.output] : [],
      );
    },
  },
  {
    name: 'denied in a tool that throws',
    play: async ({ prompt }) => {
      const ask = tool({
        name: 'lookup',
        description: 'Asks another agent.',
        parameters: z.object({ word: z.string() }),
        execute: async () =>
          (await runAs({ purse: 'empty' }, () => run(agent, prompt))).finalOutput,
        errorFunction: null,
      });
      return run(new Agent({ name: 'boss', model, tools: [ask] }), prompt);
    },
  },
  {
    name: 'run, aborted',
    play: ({ prompt, held }) => run(agent, prompt, { signal: held }),
  },
];

await runScenarios(scenarios);
