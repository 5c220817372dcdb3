// Changes an OpenAI request; images and audio have nothing that could be lowered.
export { rewrite } from '../openai-compatible/rewrite.ts';
