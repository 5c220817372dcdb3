// An app on the official SDK: how long its calls take, with or without the preload.
import OpenAI from 'openai';
import { percentiles } from './load.ts';

const [calls = '300', stream = 'unary'] = process.argv.slice(2);
const openai = new OpenAI();
const messages = [{ role: 'user', content: 'Say something short about fuses, please.' }] as const;

async function call(): Promise<void> {
  const request = { model: 'gpt-4o-mini', max_tokens: 20, messages: [...messages] };
  if (stream !== 'stream') {
    await openai.chat.completions.create(request);
    return;
  }
  for await (const _chunk of await openai.chat.completions.create({ ...request, stream: true }));
}

const warmUp = Math.ceil(Number(calls) / 3);
const latenciesMs: number[] = [];
for (let i = 0; i < warmUp + Number(calls); i++) {
  const sentMs = performance.now();
  await call();
  if (i >= warmUp) latenciesMs.push(performance.now() - sentMs);
}
console.log(JSON.stringify(percentiles(latenciesMs)));
