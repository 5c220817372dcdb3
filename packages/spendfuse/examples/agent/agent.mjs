// A research agent on the official OpenAI SDK, as people write them: nothing in it limits what it spends.
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';

const openai = new OpenAI();

const notes = [
  'Fuses were patented by Edison in 1890 as part of his distribution system.',
  'A circuit breaker can be reset; a fuse is sacrificed to save the circuit.',
  'Slow-blow fuses tolerate the inrush current of motors and transformers.',
];

const tools = [
  {
    type: 'function',
    function: {
      name: 'search_notes',
      description: 'Full-text search over the research notes.',
      parameters: {
        type: 'object',
        properties: { query: { type: 'string' } },
        required: ['query'],
      },
    },
  },
];

const messages = [
  { role: 'system', content: 'You research a question until nothing is left to ask.' },
  { role: 'user', content: 'How did electrical safety devices develop?' },
];

/** Asks the model what to look up, and looks it up. */
async function research() {
  const completion = await openai.chat.completions.create({
    model: 'gpt-4o',
    messages,
    tools,
  });
  const { message } = completion.choices[0];
  messages.push(message);
  for (const call of message.tool_calls ?? []) {
    const { query } = JSON.parse(call.function.arguments);
    const found = notes.filter((note) => note.toLowerCase().includes(query)).join('\n');
    messages.push({ role: 'tool', tool_call_id: call.id, content: found || 'nothing found' });
  }
}

/** Writes down what is known so far, streamed. */
async function summarize() {
  const stream = await openai.chat.completions.create({
    model: 'gpt-4o',
    messages: [...messages, { role: 'user', content: 'Summarize what we know so far.' }],
    stream: true,
  });
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  messages.push({ role: 'assistant', content: text.slice(0, 600) });
}

/** Finds the next question. There is always one. */
async function wonder() {
  const response = await openai.responses.create({
    model: 'gpt-4.1-mini',
    input: `What should we look into next, given this?\n${messages.at(-1).content}`,
  });
  messages.push({ role: 'user', content: response.output_text.slice(0, 300) });
}

const MAX_FAILURES = 3;
let failures = 0;

const steps = [research, summarize, wonder];

for (let done = 0; failures < MAX_FAILURES; ) {
  try {
    await steps[done % steps.length]();
    done += 1;
    // A model has a context window; keep the question and the latest turns.
    if (messages.length > 14) messages.splice(2, messages.length - 14);
    while (messages[2]?.role === 'tool') messages.splice(2, 1);
    failures = 0;
  } catch (error) {
    failures += 1;
    console.error(`attempt ${failures} of ${MAX_FAILURES}: ${error.name}: ${error.message}`);
    await sleep(100);
  }
}

process.exitCode = 1;
