// Mastra: `generate` throws a denial.
import { Agent } from '@mastra/core/agent';
import { BudgetExceededError } from 'spendfuse';

const model = 'openai/gpt-4o-mini';
const agent = new Agent({ id: 'asker', name: 'asker', instructions: 'Answer.', model });
try {
  const { text } = await agent.generate('What is a fuse?');
  console.log(text);
} catch (error) {
  const refused = BudgetExceededError.from(error);
  if (!refused) throw error;
  console.log(refused.reason, refused.message);
}
