// Labels of a call whose stream is read elsewhere.
import { openai } from '@ai-sdk/openai';
import { streamText } from 'ai';
import { runAs } from 'spendfuse';

const { textStream } = runAs({ user: 'u1' }, () =>
  streamText({ model: openai('gpt-4o-mini'), prompt: 'What is a fuse?' }),
);
for await (const text of textStream) process.stdout.write(text);
