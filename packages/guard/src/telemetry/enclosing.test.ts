// Which span around a call tells of it, and which attempts it gets.
import { type Attributes, type Span, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { enclosingSpan } from './enclosing.ts';

let active: Span | undefined;

const original = trace.getActiveSpan;
beforeEach(() => {
  trace.getActiveSpan = () => active;
});
afterEach(() => {
  trace.getActiveSpan = original;
  active = undefined;
});

interface Shown {
  readonly attributes: Attributes;
  readonly scope?: string;
  readonly isRecording?: boolean;
}

function spanOf({ attributes, scope = 'app', isRecording = true }: Shown): Span {
  const span = {
    attributes,
    instrumentationScope: { name: scope },
    isRecording: () => isRecording,
  };
  return span as unknown as Span;
}

const call = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
};
const gemini = {
  'gen_ai.operation.name': 'generate_content',
  'gen_ai.provider.name': 'gcp.gemini',
  'gen_ai.request.model': 'gemini-2.5-flash',
};

describe('the same call', () => {
  test.each<readonly [string, Attributes, Attributes]>([
    ['all alike', call, call],
    [
      'the provider by its old name',
      { ...call, 'gen_ai.provider.name': undefined, 'gen_ai.system': 'openai' },
      call,
    ],
    ['the provider as ai calls it', { ...call, 'gen_ai.provider.name': 'openai.responses' }, call],
    ['no provider', { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o' }, call],
    ['a provider that nobody knows', { ...call, 'gen_ai.provider.name': 'my-gateway' }, call],
    [
      'no operation, as before they had names',
      { 'gen_ai.system': 'openai.chat', 'gen_ai.request.model': 'gpt-4o' },
      call,
    ],
    [
      'a chat with Gemini',
      {
        ...gemini,
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'models/gemini-2.5-flash',
      },
      gemini,
    ],
  ])('%s', (_, attributes, ours) => {
    active = spanOf({ attributes });
    expect(enclosingSpan(ours)?.span).toBe(active);
  });
});

describe('another call, or more than one', () => {
  test.each<readonly [string, Attributes]>([
    ['an agent', { ...call, 'gen_ai.operation.name': 'invoke_agent' }],
    ['a tool', { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' }],
    ['a workflow', { 'gen_ai.operation.name': 'invoke_workflow' }],
    ['another model', { ...call, 'gen_ai.request.model': 'gpt-4o-mini' }],
    ['another operation', { ...call, 'gen_ai.operation.name': 'embeddings' }],
    ['another provider', { ...call, 'gen_ai.provider.name': 'anthropic' }],
    ['a server', { 'http.request.method': 'POST' }],
  ])('%s', (_, attributes) => {
    active = spanOf({ attributes });
    expect(enclosingSpan(call)).toBeUndefined();
  });

  test('no span at all', () => {
    expect(enclosingSpan(call)).toBeUndefined();
  });
});

describe('attempts under one span', () => {
  beforeEach(() => void (active = spanOf({ attributes: call })));

  test('a retry of one that cost nothing takes its place', () => {
    enclosingSpan(call)?.release({ failed: true, charged: false });
    expect(enclosingSpan(call)?.span).toBe(active);
  });

  test('a retry of one that was charged keeps to itself', () => {
    enclosingSpan(call)?.release({ failed: true, charged: true });
    const retry = enclosingSpan(call);
    expect(retry).toMatchObject({ span: undefined, isCounted: false });
    retry?.release({ failed: true, charged: false });
    expect(enclosingSpan(call)).toMatchObject({ span: undefined });
  });

  test('a call beside one that runs, and one after one that went well, are others', () => {
    const first = enclosingSpan(call);
    expect(enclosingSpan(call)).toBeUndefined();
    first?.release({ failed: false, charged: true });
    expect(enclosingSpan(call)).toBeUndefined();
  });
});

describe('who counts', () => {
  test.each([
    ['com.anthropic.sdk.typescript', false],
    ['@traceloop/instrumentation-openai', false],
    ['@opentelemetry/instrumentation-openai', true],
    ['@elastic/opentelemetry-instrumentation-openai', true],
  ])('%s: %s', (scope, isCounted) => {
    active = spanOf({ attributes: { ...call, 'gen_ai.provider.name': `openai.${scope}` }, scope });
    const ours = { ...call, 'gen_ai.provider.name': `openai.${scope}` };
    expect(enclosingSpan(ours)?.isCounted).toBe(isCounted);
    // Sampled away, it shows nothing of what it is.
    active = spanOf({ attributes: {}, isRecording: false });
    expect(enclosingSpan(ours)?.isCounted).toBe(isCounted || undefined);
  });
});
