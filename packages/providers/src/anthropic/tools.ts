// What the tools of a request add to its input, and which of them Anthropic runs itself.
import { countOf, listOf, objectOf, textOf } from '../json.ts';
import type { JsonObject } from '../provider.ts';

interface TokensFor {
  readonly name: RegExp;
  readonly tokens: number;
}

/**
 * The system prompt that any tool brings, by model (https://platform.claude.com/docs/en/about-claude/pricing,
 * "Tool use pricing"): the larger figure of the two tool choices, and of the editions of the page.
 */
const TOOL_PROMPT: readonly TokensFor[] = [
  { name: /claude-opus-4-7/u, tokens: 804 },
  { name: /claude-opus-4-8/u, tokens: 410 },
  { name: /claude-(?:opus|sonnet|haiku)-4-[56]/u, tokens: 589 },
  { name: /claude-(?:opus|sonnet)-4/u, tokens: 346 },
  { name: /claude-3-[57]-sonnet/u, tokens: 346 },
  { name: /claude-3(?:-5)?-haiku/u, tokens: 355 },
  { name: /claude-3-opus/u, tokens: 530 },
  { name: /claude-3-sonnet/u, tokens: 235 },
];
/** A model without a line: the most of all. */
const MOST_TOOL_PROMPT = 804;

/** Definitions that are Anthropic's own, and so not in the request (the same page, per tool). */
const OWN_DEFINITION: readonly TokensFor[] = [
  { name: /^bash_/u, tokens: 325 },
  { name: /^text_editor_/u, tokens: 700 },
  { name: /^computer_toolset_/u, tokens: 4_590 },
  // The definition, and the system prompt of that tool.
  { name: /^computer_/u, tokens: 735 + 499 },
  { name: /^browser_toolset_/u, tokens: 6_670 + 880 },
];
/** Of a tool whose size is not published; the largest seen in recorded traffic took 3,000. */
const OTHER_DEFINITION = 4_000;

/** Tools that the caller runs, so that their results come in a request. */
const CALLERS = /^(?:custom$|bash_|text_editor_|computer_|browser_|memory_)/u;

/**
 * Without `max_uses` nothing but the loop at the server limits searches: it pauses after 10 rounds
 * (https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview, `pause_turn`). One search a
 * round is assumed, although a round can hold several: what runs over is an overrun.
 */
export const ASSUMED_SEARCHES = 10;

/** What stands beside the JSON of the tools. */
export function toolTokens(model: string, tools: readonly unknown[]): number {
  if (tools.length === 0) return 0;
  const prompt = tokensFor(TOOL_PROMPT, model) ?? MOST_TOOL_PROMPT;
  return tools.reduce<number>((sum, tool) => {
    const type = typeOf(tool);
    if (type === undefined || type === 'custom') return sum;
    return sum + (tokensFor(OWN_DEFINITION, type) ?? OTHER_DEFINITION);
  }, prompt);
}

/** Whether Anthropic runs a tool, and feeds what it finds back into the input. */
export function hasServerTool(tools: readonly unknown[]): boolean {
  return tools.some((tool) => !CALLERS.test(typeOf(tool) ?? 'custom'));
}

export function mostSearches(tools: readonly unknown[]): number {
  return tools.reduce<number>((sum, tool) => {
    if (!typeOf(tool)?.startsWith('web_search_')) return sum;
    return sum + (countOf(objectOf(tool)['max_uses']) ?? ASSUMED_SEARCHES);
  }, 0);
}

export function toolsOf(body: JsonObject): readonly unknown[] {
  return listOf(body['tools']);
}

function typeOf(tool: unknown): string | undefined {
  return textOf(objectOf(tool)['type']);
}

function tokensFor(table: readonly TokensFor[], name: string): number | undefined {
  return table.find((line) => line.name.test(name))?.tokens;
}
