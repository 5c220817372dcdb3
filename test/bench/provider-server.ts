// The stand-in for api.openai.com in a process of its own, so that it does not slow down the app.
// Answers are as long as their request allows; those with a header `x-hold` stop after so many chunks.
import { startFakeOpenAI } from '@spendfuse/testkit';

const hold = new Promise(() => {});
const fake = await startFakeOpenAI({
  outputTokens: 2000,
  script: ({ headers }) =>
    headers['x-hold'] ? { hold, holdAfterChunks: Number(headers['x-hold']) } : undefined,
});
console.log(JSON.stringify({ address: fake.origin }));
process.once('SIGTERM', () => void fake.close());
