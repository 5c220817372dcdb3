// The OpenAI Agents SDK: a run throws a denial, in whichever turn it comes.
import { Agent, run } from '@openai/agents';
import { BudgetExceededError } from 'spendfuse';

const agent = new Agent({ name: 'asker', model: 'gpt-4o-mini' });
try {
  const { finalOutput } = await run(agent, 'What is a fuse?');
  console.log(finalOutput);
} catch (error) {
  const refused = BudgetExceededError.from(error);
  if (!refused) throw error;
  console.log(refused.reason, refused.message);
}
