// What an Anthropic request asks for: model, streaming, the most output, thinking, searches.
import { countOf, isObject, listOf, objectOf, textOf } from '../json.ts';
import type { JsonObject, Metered, RequestFacts } from '../provider.ts';
import { tierOf } from './tier.ts';
import { hasServerTool, mostSearches, toolsOf } from './tools.ts';

/** Above every model's output, and small enough to be counted with. */
const BELIEVABLE_MAX = 1_000_000_000;

export function request({ api }: Metered, body: JsonObject): RequestFacts {
  const model = textOf(body['model']) ?? '';
  return {
    model,
    stream: body['stream'] === true,
    maxOutputTokens: maxOutputTokens(api, body),
    choices: 1,
    clampable: canChange(body) && !needsThinking(body),
    downgradable: canChange(body) && model !== '' && fallbacksOf(body).length === 0,
    tier: tierOf(body),
    softInput: api === 'messages' && softInput(body),
    wantsUsageOption: false,
    hiddenOutput: api === 'messages' && hiddenOutput(model, body),
    webSearches: mostSearches(toolsOf(body)),
  };
}

/** The name of the request's limit on output. */
export function maxOutputName(api: string): string {
  return api === 'complete' ? 'max_tokens_to_sample' : 'max_tokens';
}

/** Models to ask where the first one declines, each with a maximum of its own or the request's. */
export function fallbacksOf(body: JsonObject): readonly JsonObject[] {
  return listOf(body['fallbacks']).filter(isObject);
}

function maxOutputTokens(api: string, body: JsonObject): number | undefined {
  const own = [body, ...fallbacksOf(body)].flatMap((each) => {
    const count = countOf(each[maxOutputName(api)]);
    return count === undefined || count > BELIEVABLE_MAX ? [] : [count];
  });
  return own.length === 0 ? undefined : Math.max(...own);
}

/** A token that pays back a declined call holds for the very same body only. */
function canChange(body: JsonObject): boolean {
  return (body['fallback_credit_token'] ?? null) === null;
}

/** A small maximum has no room for the least thinking budget, and without thinking such edits fail. */
function needsThinking(body: JsonObject): boolean {
  if (objectOf(body['thinking'])['type'] !== 'enabled') return false;
  const edits = listOf(objectOf(body['context_management'])['edits']);
  return edits.some(
    (edit) => textOf(objectOf(edit)['type'])?.startsWith('clear_thinking') === true,
  );
}

/** Of these, a request that does not say so does not think. */
const THINKS_WHEN_ASKED = /claude-(?:instant|2|3|(?:opus|sonnet|haiku)-4)/u;

/**
 * Thinking is billed whole, but shown as a summary or not at all: by `display`, by the model, or as
 * `redacted_thinking` (https://platform.claude.com/docs/en/build-with-claude/thinking, "Controlling
 * thinking display"). Models from Claude 5 on think unless told not to, some even then. A search
 * tool can be told to leave out what was called.
 */
function hiddenOutput(model: string, body: JsonObject): boolean {
  const excludes = toolsOf(body).some(
    (tool) => objectOf(tool)['response_inclusion'] === 'excluded',
  );
  return excludes || mayThink(model, body);
}

export function mayThink(model: string, body: JsonObject): boolean {
  const type = textOf(objectOf(body['thinking'])['type']);
  if (type === undefined) return !THINKS_WHEN_ASKED.test(model);
  return type !== 'disabled';
}

function softInput(body: JsonObject): boolean {
  if (hasServerTool(toolsOf(body)) || listOf(body['mcp_servers']).length > 0) return true;
  // What the other model costs is not held.
  if (fallbacksOf(body).length > 0) return true;
  // The turns before this one, which the server has kept.
  if (objectOf(body['thread'])['type'] === 'continue') return true;
  for (const name of ['container', 'compaction', 'context_management']) {
    if ((body[name] ?? null) !== null) return true;
  }
  return hasBlock(body['messages'], isUnseen) || hasBlock(body['system'], isUnseen);
}

/** A file whose text is not in the request or has to be taken out of it, or is cut up for citing. */
function isUnseen(block: JsonObject): boolean {
  if (objectOf(block['citations'])['enabled'] === true) return true;
  if (block['type'] === 'container_upload') return true;
  const source = objectOf(block['source'])['type'];
  return block['type'] === 'document' && source !== 'text' && source !== 'content';
}

function hasBlock(value: unknown, test: (block: JsonObject) => boolean): boolean {
  return listOf(value).some(
    (item) => isObject(item) && (test(item) || hasBlock(item['content'], test)),
  );
}
