// Alibaba Cloud Model Studio (Qwen): its OpenAI-style endpoints, and Anthropic's messages.
import { countOf } from '../json.ts';
import { TEMPLATE_TOKENS } from '../openai-compatible/dialect.ts';
import { withMessages } from '../openai-compatible/messages.ts';
import { compatibleProvider } from '../openai-compatible/provider.ts';
import type { JsonObject, Provider } from '../provider.ts';

/** The API of its own, images and videos are not read. */
const spoken = withMessages(
  compatibleProvider({
    name: 'alibaba',
    origins: ['https://dashscope.aliyuncs.com', 'https://dashscope-*.aliyuncs.com'],
    dialect: {
      // It comes as `reasoning_content`.
      hidesReasoning: () => false,
      asksForUsage: true,
      chatLimit: 'max_tokens',
      hasLongCompletions: true,
      templateTokens: TEMPLATE_TOKENS,
    },
  }),
);

/** These think unless told not to, others only where they are asked to. */
const THINKS = /thinking|^(?:qwq|qvq|qwen3-\d|deepseek-r)/u;

/** In chats `max_tokens` limits the answer alone, and `thinking_budget` what is thought before it. */
export const alibaba: Provider = {
  ...spoken,
  request(match, body) {
    const facts = spoken.request(match, body);
    if (match.api !== 'chat.completions' || !thinks(facts.model, body)) return facts;
    const budget = countOf(body['thinking_budget']);
    const { maxOutputTokens: answer } = facts;
    const isLimited = answer !== undefined && budget !== undefined;
    const maxOutputTokens = isLimited ? answer + budget : undefined;
    return { ...facts, maxOutputTokens, clampable: false };
  },
};

function thinks(model: string, { enable_thinking: asked }: JsonObject): boolean {
  return typeof asked === 'boolean' ? asked : THINKS.test(model) && !model.includes('instruct');
}
