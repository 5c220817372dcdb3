// Reads the events of a streamed Azure OpenAI response.
export { stream } from '../openai/stream.ts';
