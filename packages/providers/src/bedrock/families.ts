// Data: how the bodies of InvokeModel differ by the model's maker, as far as limits go
// (https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html).
import { isObject, objectOf } from '../json.ts';
import type { JsonObject, Metered } from '../provider.ts';

export interface Family {
  readonly name: 'claude' | 'nova' | 'chat' | 'text' | 'embeddings';
  readonly models: RegExp;
  /** A field of its bodies, by which one is known whose model has no telling name. */
  readonly mark?: string;
  /** Where a body limits its output; a request without a limit gets the first. */
  readonly limits: readonly (readonly string[])[];
  /** The name of how many answers are made. */
  readonly choices?: string;
}

/** The first that fits. */
const FAMILIES: readonly Family[] = [
  { name: 'embeddings', models: /embed/u, limits: [] },
  { name: 'claude', models: /anthropic\.claude/u, mark: 'anthropic_version', limits: [] },
  {
    name: 'nova',
    models: /amazon\.nova/u,
    mark: 'schemaVersion',
    limits: [
      ['inferenceConfig', 'maxTokens'],
      ['inferenceConfig', 'max_new_tokens'],
    ],
  },
  {
    name: 'text',
    models: /amazon\.titan/u,
    mark: 'textGenerationConfig',
    limits: [['textGenerationConfig', 'maxTokenCount']],
  },
  { name: 'text', models: /meta\.llama/u, mark: 'max_gen_len', limits: [['max_gen_len']] },
  {
    name: 'text',
    models: /cohere\.command-(?:text|light)/u,
    limits: [['max_tokens']],
    choices: 'num_generations',
  },
  { name: 'text', models: /cohere\.command/u, limits: [['max_tokens']] },
  { name: 'text', models: /ai21\.j2/u, limits: [['maxTokens']], choices: 'numResults' },
  {
    name: 'chat',
    models: /openai\./u,
    limits: [['max_completion_tokens'], ['max_tokens']],
    choices: 'n',
  },
  { name: 'chat', models: /^/u, limits: [['max_tokens']], choices: 'n' },
];

/** A body of which nothing is known: only a limit that it has can be lowered. */
const UNKNOWN: Family = {
  name: 'chat',
  models: /^/u,
  limits: [['max_tokens'], ['max_completion_tokens'], ['maxTokens']],
  choices: 'n',
};

/** Of a request of `invoke`. Profiles and models of one's own have names that say nothing. */
export function familyOf({ model = '' }: Metered, body: JsonObject): Family {
  if (model.includes('.')) return FAMILIES.find(({ models }) => models.test(model)) ?? UNKNOWN;
  return FAMILIES.find(({ mark }) => mark !== undefined && mark in body) ?? UNKNOWN;
}

/** Whether a limit may be added that the body does not have. */
export function takesLimit(family: Family): boolean {
  return family !== UNKNOWN && family.limits.length > 0;
}

/** All limits on output that one of the makers reads. */
export const EVERY_LIMIT: readonly (readonly string[])[] = [
  ...FAMILIES.flatMap(({ limits }) => limits),
  ...UNKNOWN.limits,
];

/** All names of how many answers are made. */
export const EVERY_CHOICE = ['n', 'num_generations', 'numResults'];

export function valueAt(body: JsonObject, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => objectOf(value)[name], body);
}

export function withValueAt(
  body: JsonObject,
  [name = '', ...rest]: readonly string[],
  value: unknown,
): JsonObject {
  if (rest.length === 0) return { ...body, [name]: value };
  const inner = body[name];
  return { ...body, [name]: withValueAt(isObject(inner) ? inner : {}, rest, value) };
}
