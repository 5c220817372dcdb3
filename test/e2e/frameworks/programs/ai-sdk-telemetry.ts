// A program on the AI SDK that traces itself with an OpenTelemetry SDK of its own.
import { NodeSDK } from '@opentelemetry/sdk-node';
import { createOpenAI } from 'ai-sdk-openai-3';
import { generateText, streamText } from 'ai-6';

const sdk = new NodeSDK();
sdk.start();
const model = createOpenAI()('gpt-4o-mini');
const options = {
  model,
  prompt: 'What is a fuse?',
  experimental_telemetry: { isEnabled: true, recordInputs: false, recordOutputs: false },
};
await generateText(options);
await streamText(options).text;
await sdk.shutdown();
