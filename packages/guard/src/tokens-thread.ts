// The thread that counts tokens: holds the vocabularies and what it has counted until it is ended.
import { parentPort } from 'node:worker_threads';
import { type CountText, type Encoding, loadTokenizer } from './tokenizer.ts';
import type { CountReply, CountRequest } from './tokens-aside.ts';
import { remembered } from './tokens-remembered.ts';

const loading = new Map<Encoding, Promise<CountText>>();

function load(encoding: Encoding): Promise<CountText> {
  const known = loading.get(encoding);
  if (known) return known;
  const counting = loadTokenizer(encoding).then(remembered);
  loading.set(encoding, counting);
  return counting;
}

async function answer({ id, encoding, texts }: CountRequest): Promise<CountReply> {
  const count = await load(encoding);
  let tokens = 0;
  let wideBytes = 0;
  for (const text of texts) {
    tokens += count(text);
    wideBytes += Buffer.byteLength(text) - text.length;
  }
  return { id, encoding, counted: { tokens, wideBytes } };
}

/** What fails here ends the thread, and all that is asked of it with it. */
parentPort?.on('message', (request: CountRequest) => {
  void answer(request).then((reply) => parentPort?.postMessage(reply));
});
