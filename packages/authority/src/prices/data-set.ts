// The public price data set: its providers and models, and which of them a call means.
import { findProvider } from '@pydantic/genai-prices';
import type { DataModel } from './data-prices.ts';
import { type MatchRule, ruleMatches } from './match.ts';

/** As published; what is not read here is left out. */
export interface DataProvider {
  readonly id: string;
  /** The providers that it stands for, besides its id. */
  readonly provider_match?: MatchRule | undefined;
  /** Models that are known to be its own wherever they are named. */
  readonly model_match?: MatchRule | undefined;
  /** Whose models it sells as well, at their prices. */
  readonly fallback_model_providers?: readonly string[] | undefined;
  readonly models: readonly DataModel[];
}

export interface DataSet {
  /** `genai-prices@0.1.8` as built in, `genai-prices@2026-11-22.1a2b3c4d` as downloaded. */
  readonly version: string;
  readonly providers: readonly DataProvider[];
}

/** The package offers its providers one by one; a test compares this list with what is installed. */
const BUILT_IN_PROVIDERS = [
  'anthropic arcee avian aws azure baseten cerebras cloudflare cohere cursor deepseek doubleword',
  'fireworks github-copilot google groq huggingface_cerebras huggingface_fireworks-ai',
  'huggingface_groq huggingface_hyperbolic huggingface_nebius huggingface_novita',
  'huggingface_nscale huggingface_ovhcloud huggingface_publicai huggingface_sambanova',
  'huggingface_together minimax mistral modal moonshotai novita openai openrouter ovhcloud',
  'perplexity quicksilverpro together typesafe voyageai x-ai zai zhipuai',
];

/** The data of the package in use; a test compares the version with the installed one. */
export const BUILT_IN: DataSet = {
  version: 'genai-prices@0.1.8',
  providers: BUILT_IN_PROVIDERS.flatMap((ids) => ids.split(' ')).flatMap(
    (providerId) => findProvider({ providerId }) ?? [],
  ),
};

/** `gen_ai.provider.name` → id in the data set, where its own rules do not see it. */
const PROVIDER_IDS: Readonly<Record<string, string>> = {
  'azure.ai.inference': 'azure',
  'azure.ai.openai': 'azure',
  'gcp.gen_ai': 'google',
  // It is none of the data set's, whose rules would take it for OpenAI.
  'openai-compatible': '',
  x_ai: 'x-ai',
};

const FINE_TUNED = /^(ft:[^:]+):/;
const DATED = /[-@](?:20\d{2}-\d{2}-\d{2}|20\d{6})$/;
/** `-20260131` where the data has `-2026-01-31`. */
const COMPACT_DATE = /-(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/g;

export interface ModelName {
  readonly provider: string;
  readonly model: string;
}

export interface FoundModel {
  /** Id of the provider that is called, whose tiers hold. */
  readonly providerId: string;
  readonly model: DataModel;
}

/**
 * The model by the data set's rules (aliases, dated ids, regions); else as a fine-tuned one without
 * a date (`ft:gpt-4o-mini:acme::id`), without its date, or as `provider/model`.
 * A fine-tuned model never gets the price of its base, which is lower.
 */
export function findModel(data: DataSet, { provider, model }: ModelName): FoundModel | undefined {
  const called = providerOf(data, provider);
  if (called) {
    const found = modelOf(data, called, model) ?? modelOf(data, called, model.replace(DATED, ''));
    if (found) return { providerId: called.id, model: found };
    const fineTuned = FINE_TUNED.exec(model)?.[1]?.toLowerCase();
    if (fineTuned) {
      const same = called.models.find(({ id }) => id === fineTuned);
      return same && { providerId: called.id, model: same };
    }
  }
  const slash = model.indexOf('/');
  if (slash === -1) return undefined;
  return findModel(data, { provider: model.slice(0, slash), model: model.slice(slash + 1) });
}

/** The provider whose model it is known to be by its name alone. */
export function providerOfModel(data: DataSet, model: string): string | undefined {
  const name = model.toLowerCase();
  return data.providers.find((each) => each.model_match && ruleMatches(each.model_match, name))?.id;
}

/** Of the provider that is meant by a name as in `gen_ai.provider.name`. */
export function providerIdOf(data: DataSet, name: string): string | undefined {
  return providerOf(data, name)?.id;
}

function providerOf({ providers }: DataSet, name: string): DataProvider | undefined {
  const id = PROVIDER_IDS[name] ?? name.toLowerCase().trim();
  if (id === '') return undefined;
  return (
    providers.find((each) => each.id === id) ??
    providers.find((each) => each.provider_match && ruleMatches(each.provider_match, id))
  );
}

function modelOf(data: DataSet, called: DataProvider, model: string): DataModel | undefined {
  const name = model.toLowerCase().trim();
  const dashed = name.replace(COMPACT_DATE, '-$1-$2-$3');
  return lookUp(data, called, name) ?? (dashed === name ? undefined : lookUp(data, called, dashed));
}

function lookUp(data: DataSet, called: DataProvider, name: string): DataModel | undefined {
  const own = called.models.find(({ match }) => ruleMatches(match, name));
  if (own) return own;
  for (const id of called.fallback_model_providers ?? []) {
    const other = data.providers.find((each) => each.id === id);
    const found = other?.models.find(({ match }) => ruleMatches(match, name));
    if (found) return found;
  }
  // Some entries go by names that their own rules do not have, such as `regional.…` on Bedrock.
  return called.models.find(({ id }) => id.toLowerCase() === name);
}
