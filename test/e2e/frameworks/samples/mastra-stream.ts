// Mastra: a stream that is refused ends early, and keeps the denial as its `error`.
import { Agent } from '@mastra/core/agent';
import { BudgetExceededError } from 'spendfuse';

const model = 'openai/gpt-4o-mini';
const agent = new Agent({ id: 'asker', name: 'asker', instructions: 'Answer.', model });
const stream = await agent.stream('What is a fuse?');
for await (const part of stream.fullStream) {
  if (part.type === 'text-delta') process.stdout.write(part.payload.text);
}
const refused = BudgetExceededError.from(stream.error);
if (refused) console.log(refused.reason, refused.message);
else if (stream.error) throw stream.error;
