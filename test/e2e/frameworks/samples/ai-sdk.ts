// The AI SDK: where an answer comes as a whole, a denial is thrown.
import { openai } from '@ai-sdk/openai';
import { generateText } from 'ai';
import { BudgetExceededError } from 'spendfuse';

try {
  const { text } = await generateText({ model: openai('gpt-4o-mini'), prompt: 'What is a fuse?' });
  console.log(text);
} catch (error) {
  const refused = BudgetExceededError.from(error);
  if (!refused) throw error;
  console.log(refused.reason, refused.message);
}
