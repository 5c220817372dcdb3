// LangChain.js: models, chains and agents throw a denial, and make no other attempt.
import { ChatOpenAI } from '@langchain/openai';
import { BudgetExceededError } from 'spendfuse';

const model = new ChatOpenAI({ model: 'gpt-4o-mini' });
try {
  for await (const { text } of await model.stream('What is a fuse?')) process.stdout.write(text);
} catch (error) {
  const refused = BudgetExceededError.from(error);
  if (!refused) throw error;
  console.log(refused.reason, refused.message);
}
