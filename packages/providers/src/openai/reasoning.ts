// Which OpenAI models reason without showing it (pages of the models, and the guide on reasoning).

/** All models since o1 but these, whatever their name will be. */
const REASONING =
  /^(?:ft:)?(?:o\d|codex|computer-use|chat-latest|gpt-(?!3|4|5-chat|audio|image|realtime|oss))/u;

/** They can, but do so only if they are asked to. */
const ONLY_IF_ASKED = /^(?:ft:)?gpt-5\.[12](?:-20\d\d-\d\d-\d\d)?$/u;

export function hidesReasoning(model: string, effort: string | undefined): boolean {
  if (effort !== undefined) return effort !== 'none';
  return REASONING.test(model) && !ONLY_IF_ASKED.test(model);
}
