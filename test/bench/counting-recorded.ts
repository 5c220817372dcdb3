// How far bounds of the input are above what providers reported, over recordings where they are at hand.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTokenCounter } from '@spendfuse/guard';
import {
  anthropic,
  azureOpenai,
  gemini,
  openai,
  type Provider,
  vertex,
} from '@spendfuse/providers';
import { percentiles } from './load.ts';

interface Exchange {
  readonly id?: string;
  readonly request: { readonly url: string; readonly body: unknown };
  readonly expected: {
    readonly usage: { readonly input_tokens: number } | null;
    readonly notes?: string;
  };
}

/** By the folder that the exchanges are in. */
const SPOKEN: Readonly<Record<string, Provider>> = {
  openai,
  'azure-openai': azureOpenai,
  anthropic,
  gemini,
  vertex,
};

/** Usage that is not that of the request: made up by hand, or of a text that was redacted since. */
const EDITED = 'capture-and-transform-anthropic-cache-tokens';
const MADE_UP = 291;
/** What was counted of images and files is their worst case, and tells nothing of texts. */
const MOST_FRAMING = 1_000;

const fixtures = fileURLToPath(new URL('../conformance/fixtures', import.meta.url));
const shared = fileURLToPath(new URL('../../../shared/recordings', import.meta.url));

export async function recordedLines(): Promise<readonly string[]> {
  const recordings = process.env['SPENDFUSE_RECORDINGS'] ?? shared;
  const root = existsSync(recordings) ? recordings : fixtures;
  const tokens = createTokenCounter();
  const lines = [`bounds of the input against what was reported, in ${root}`];
  for (const [name, provider] of Object.entries(SPOKEN)) {
    const counted: number[] = [];
    const bytes: number[] = [];
    for (const { id, request, expected } of exchangesIn(join(root, name))) {
      const { body, url } = request;
      if (id?.includes(EDITED) || expected.notes?.includes('redacted')) continue;
      const match = provider.match({ method: 'POST', path: new URL(url).pathname });
      const input = expected.usage?.input_tokens;
      if (!input || input === MADE_UP) continue;
      if (match.kind !== 'metered' || typeof body !== 'object' || body === null) continue;
      const { model, softInput } = provider.request(match, { ...body });
      if (softInput) continue;
      const { texts, extraTokens, maxTokens } = provider.bound(match, { ...body });
      if (extraTokens > MOST_FRAMING) continue;
      const exact = (await tokens.count({ model, texts })) + extraTokens;
      counted.push(Math.min(exact, maxTokens) / input);
      bytes.push(maxTokens / input);
    }
    if (counted.length === 0) continue;
    lines.push(
      `${name.padEnd(13)} ${counted.length} inputs: counted ${spread(counted)}, bytes ${spread(bytes)}`,
    );
  }
  return lines;
}

function exchangesIn(folder: string): readonly Exchange[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => JSON.parse(readFileSync(join(folder, path), 'utf8')) as Exchange);
}

function spread(ratios: readonly number[]): string {
  const { p50Ms: middle, maxMs: most } = percentiles(ratios);
  return `${times(Math.min(...ratios))} to ${times(most)}, median ${times(middle)}`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}
