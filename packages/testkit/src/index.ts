// Everything tests may import from the testkit.

export { startFakeOpenAI } from './fake-openai/server.ts';
export type { FakeOpenAI, FakeOpenAIOptions } from './fake-openai/server.ts';
export type {
  FakeAnswer,
  FakeErrorBody,
  FakeFailure,
  FakeReply,
  FakeScript,
} from './fake-openai/reply.ts';
export type {
  FakeCall,
  FakeFinishReason,
  FakeRaw,
  FakeRequest,
  FakeToolCall,
  FakeTransport,
} from './fake-provider/reply.ts';
export { billNanoUsd } from './fake-provider/billing.ts';
export type { FakePrice, FakePrices } from './fake-provider/billing.ts';

export { startFakeProvider } from './fake-provider/server.ts';
export type { FakeProvider, ProviderAnswer, ProviderRequest } from './fake-provider/server.ts';

export type {
  ScriptedCall,
  ScriptedOptions,
  ScriptedProvider,
  ScriptedReply,
} from './fake-provider/scripted.ts';
export { startFakeCohere } from './fake-cohere/server.ts';
export { FAKE_AUDIO_SECONDS, startFakeMistral } from './fake-mistral/server.ts';
export { startFakeOllama } from './fake-ollama/server.ts';
export type { FakeOllamaOptions } from './fake-ollama/server.ts';

export { startFakeAnthropic } from './fake-anthropic/server.ts';
export type { FakeAnthropic, FakeAnthropicOptions } from './fake-anthropic/server.ts';
export type {
  FakeAnthropicAnswer,
  FakeAnthropicCall,
  FakeAnthropicReply,
  FakeAnthropicScript,
} from './fake-anthropic/reply.ts';

export { startFakeBedrock } from './fake-bedrock/server.ts';
export type { FakeBedrock, FakeBedrockOptions } from './fake-bedrock/server.ts';
export type {
  FakeBedrockAnswer,
  FakeBedrockCall,
  FakeBedrockFailure,
  FakeBedrockReply,
  FakeBedrockScript,
} from './fake-bedrock/reply.ts';
export { encodeEventFrame, eventFrame, exceptionFrame } from './fake-bedrock/frames.ts';

export { startFakeGemini } from './fake-gemini/server.ts';
export type { FakeGemini, FakeGeminiOptions } from './fake-gemini/server.ts';
export type {
  FakeGeminiAnswer,
  FakeGeminiError,
  FakeGeminiFailure,
  FakeGeminiReply,
  FakeGeminiScript,
} from './fake-gemini/reply.ts';

export { startFakeOtlp } from './fake-otlp.ts';
export type { FakeOtlp, OtlpBody } from './fake-otlp.ts';
export type {
  FakeLogRecord,
  FakeMetricPoint,
  FakeSpan,
  FakeSpanEvent,
  MetricKind,
  OtlpAttributes,
  OtlpOrigin,
  OtlpValue,
  SpanKind,
} from './otlp-decode.ts';

export { startFakeWebhook } from './fake-webhook.ts';
export type { FakeWebhook, WebhookAnswer, WebhookRequest } from './fake-webhook.ts';

export { createFakeClock } from './fake-clock.ts';
export type { FakeClock } from './fake-clock.ts';

export { runNode, startNode } from './child.ts';
export type { ExitStatus, NodeOptions, RunningNode, RunOptions, RunResult } from './child.ts';

export { freePort, tempFolder } from './temp-folder.ts';
export type { TempFolder } from './temp-folder.ts';

export { until } from './wait.ts';
export type { Found, UntilOptions } from './wait.ts';

export {
  counterRef,
  entry,
  NOON_MS,
  recordPlan,
  reservePlan,
  settleRequest,
  standing,
  tell,
  testId,
  wholeHistory,
} from './ledger-plans.ts';
export type {
  EntryFields,
  SettleFields,
  TellingLedger,
  TestMeta,
  Told,
} from './ledger-plans.ts';

export { createScriptedAuthority } from './scripted-authority.ts';
export type { Asked, ScriptedAuthority } from './scripted-authority.ts';
