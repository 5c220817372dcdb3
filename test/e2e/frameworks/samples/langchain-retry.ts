// LangChain.js: `withRetry` tries again whatever is thrown, unless it is told not to.
import { ChatOpenAI } from '@langchain/openai';
import { BudgetExceededError } from 'spendfuse';

const model = new ChatOpenAI({ model: 'gpt-4o-mini' }).withRetry({
  onFailedAttempt: (error: unknown) => {
    if (BudgetExceededError.from(error)) throw error;
  },
});
try {
  console.log((await model.invoke('What is a fuse?')).text);
} catch (error) {
  const refused = BudgetExceededError.from(error);
  if (!refused) throw error;
  console.log(refused.reason, refused.message);
}
