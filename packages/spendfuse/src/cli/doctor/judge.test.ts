// Verdicts on packages, from what is known of them and what was seen when they were loaded.
import type { HookedModule, Layer } from '@spendfuse/instrumentation/coverage';
import { describe, expect, test } from 'vitest';
import type { FoundPackage } from './find-packages.ts';
import { isProbed, judge } from './judge.ts';
import { knownPackage } from './known-packages.ts';
import type { Probe } from './probe.ts';

function found(name: string, version: string): FoundPackage {
  const known = knownPackage(name);
  if (!known) throw new Error(`${name} is not known`);
  return { name, version, folder: '/x', from: '/', alias: name, via: [], known };
}

const LAYERS: readonly Layer[] = [
  { name: 'fetch', active: true },
  { name: 'commonjs', active: true },
  { name: 'esm', active: true },
];

function loaded(
  system: Probe['system'],
  { layers = LAYERS, modules = [] as readonly Partial<HookedModule>[] } = {},
): Probe {
  const some = { name: 'm', version: '1', format: 'commonjs', file: '/m', hooked: true } as const;
  const all = modules.map((module) => ({ ...some, hook: 'node-fetch', ...module }));
  return { system, coverage: { layers, modules: all } };
}

const failed: Probe = { system: 'module', error: 'no such file' };

describe('fetch', () => {
  test('catches what calls it', () => {
    const verdict = judge(found('openai', '7.57.0'), [loaded('commonjs'), loaded('module')]);
    expect(verdict).toEqual({ guarded: true, how: 'fetch' });
  });

  test('that is not patched catches nothing', () => {
    const layers = [{ name: 'fetch', active: false, why: 'someone was first' }] as const;
    const verdict = judge(found('ollama', '0.6.4'), [loaded('module', { layers })]);
    expect(verdict).toEqual({ guarded: false, how: 'nothing', why: 'someone was first' });
  });
});

describe('a hook', () => {
  test('has to be seen at work', () => {
    const seen = loaded('commonjs', { modules: [{}] });
    expect(judge(found('openai', '4.104.0'), [seen])).toEqual({
      guarded: true,
      how: 'node-fetch hook',
    });
    const unseen = judge(found('openai', '4.104.0'), [loaded('commonjs')]);
    expect(unseen).toMatchObject({ guarded: false, how: 'nothing' });
    expect(unseen.why).toContain('node-fetch');
  });

  test('that works for one kind of modules only covers a part', () => {
    const unhooked = { hook: 'mcp', hooked: false, why: 'Node is too old' };
    const verdict = judge(found('@modelcontextprotocol/sdk', '1.32.2'), [
      loaded('commonjs', { modules: [{ hook: 'mcp' }] }),
      loaded('module', { modules: [unhooked] }),
    ]);
    expect(verdict).toEqual({
      guarded: false,
      how: 'mcp hook',
      why: 'by import: Node is too old',
    });
  });

  test('is judged by the ways in which the package can be loaded', () => {
    const seen = loaded('commonjs', { modules: [{ hook: 'bedrock' }] });
    const verdict = judge(found('@aws-sdk/client-bedrock-runtime', '3.691.0'), [seen, failed]);
    expect(verdict.guarded).toBe(true);
  });
});

test('what cannot be loaded at all is not guarded as far as anybody knows', () => {
  expect(judge(found('openai', '7.0.0'), [failed])).toEqual({
    guarded: false,
    how: 'nothing',
    why: 'it cannot be loaded: no such file',
  });
});

test.each([
  ['openai', '3.3.0', 'axios'],
  ['@azure/openai', '1.0.0-beta.13', 'nothing catches'],
  ['@azure-rest/ai-inference', '1.0.0', 'nothing catches'],
])('%s %s is not even loaded', (name, version, why) => {
  const old = found(name, version);
  expect(isProbed(old)).toBe(false);
  expect(judge(old, [])).toMatchObject({ guarded: false, how: 'nothing' });
  expect(judge(old, []).why).toContain(why);
});

test.each(['ai', '@ai-sdk/openai', '@langchain/core', '@openai/agents', '@mastra/core'])(
  '%s sends through others',
  (name) => {
    expect(isProbed(found(name, '9.0.0'))).toBe(false);
    expect(judge(found(name, '9.0.0'), []).guarded).toBe(true);
  },
);

test('versions are told apart at the border', () => {
  const probes = [loaded('module')];
  expect(judge(found('groq-sdk', '0.38.0'), probes).how).toBe('fetch');
  expect(judge(found('groq-sdk', '0.37.9'), probes).guarded).toBe(false);
  expect(judge(found('openai', '5.0.0-beta.1'), probes).how).toBe('fetch');
});
