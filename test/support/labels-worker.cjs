// A thread that asks a model, under the labels that were sent along with it.
const { workerData } = require('node:worker_threads');
const { OpenAI } = require('openai');
const { runAs } = require('spendfuse');

const openai = new OpenAI();
const messages = [{ role: 'user', content: 'hello' }];
const ask = () => openai.chat.completions.create({ model: 'gpt-4o-mini', messages });
void runAs(workerData.labels ?? {}, async () => await ask());
