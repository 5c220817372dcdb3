// The most output tokens a model produces, as published.
import { globMatches } from '@spendfuse/core';
import { MAX_OUTPUT_TOKENS } from './max-output-data.ts';

/** Undefined where nothing is known of the model. A fine-tuned model is as its base. */
export function publishedMaxOutputTokens(model: string): number | undefined {
  const name = baseName(model);
  return MAX_OUTPUT_TOKENS.find(([glob]) => globMatches(glob, name))?.[1];
}

/** A region, and a maker: `us.anthropic.claude-…` on Bedrock. */
const BEDROCK_PREFIX = /^(?:[a-z-]+\.)?anthropic\./;

/** `openai/GPT-5` → `gpt-5`; `ft:gpt-4o-mini-2024-07-18:acme::1` → `gpt-4o-mini-2024-07-18`. */
function baseName(model: string): string {
  const name = model.toLowerCase().trim();
  const [base = ''] = name.slice(name.startsWith('ft:') ? 3 : 0).split(':');
  return base.slice(base.lastIndexOf('/') + 1).replace(BEDROCK_PREFIX, '');
}
