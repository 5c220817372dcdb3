// Alibaba Cloud Model Studio (Qwen): its OpenAI-style endpoints, and Anthropic's messages.
import { TEMPLATE_TOKENS } from '../openai-compatible/dialect.ts';
import { withMessages } from '../openai-compatible/messages.ts';
import { compatibleProvider } from '../openai-compatible/provider.ts';

/** The API of its own, images and videos are not read. */
export const alibaba = withMessages(
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
