// The AI SDK: a stream tells of a denial through `onError`, and throws where it is cut.
import { openai } from '@ai-sdk/openai';
import { streamText } from 'ai';
import { BudgetExceededError } from 'spendfuse';

let failure: unknown;
const { textStream } = streamText({
  model: openai('gpt-4o-mini'),
  prompt: 'What is a fuse?',
  onError: ({ error }) => {
    failure = error;
  },
});
try {
  for await (const text of textStream) process.stdout.write(text);
} catch (error) {
  failure = error;
}
const refused = BudgetExceededError.from(failure);
if (refused) console.log(refused.reason, refused.message);
else if (failure) throw failure;
