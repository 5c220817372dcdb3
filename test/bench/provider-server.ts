// The stand-in for api.openai.com in a process of its own, so that it does not slow down the app.
import { startFakeOpenAI } from '@spendfuse/testkit';

const fake = await startFakeOpenAI({ outputTokens: 20 });
console.log(JSON.stringify({ address: fake.origin }));
process.once('SIGTERM', () => void fake.close());
