// Settings: what is read, what is refused, and that a bad value is never less safe than none.
import { readFileSync } from 'node:fs';
import { VARIABLES } from '@spendfuse/core';
import { providers } from '@spendfuse/providers';
import { describe, expect, test } from 'vitest';
import { readSettings, SETTINGS } from './settings.ts';

test('without settings: nobody to ask, and nothing allowed for want of a decision', () => {
  const { settings, problems } = readSettings({});
  expect(settings).toMatchObject({ endpoint: undefined, labels: {}, onUnavailable: 'deny' });
  expect(settings.hosts.at('https://api.openai.com')).toBe('openai');
  expect(problems).toEqual([]);
});

test('all of them', () => {
  const { settings, problems } = readSettings({
    SPENDFUSE_ENDPOINT: ' unix:/run/spendfuse/socket ',
    SPENDFUSE_LABELS: 'team=search, user=u1=2',
    SPENDFUSE_ON_UNAVAILABLE: 'allow',
    SPENDFUSE_HOSTS: 'http://127.0.0.1:9999=openai,https://gw.example.com/v1=openai',
    SPENDFUSE_LOG: 'debug',
    OPENAI_BASE_URL: 'http://localhost:8080/v1',
    ANTHROPIC_BASE_URL: 'http://localhost:8081',
  });
  expect(problems).toEqual([]);
  expect(settings).toMatchObject({
    endpoint: 'unix:/run/spendfuse/socket',
    labels: { team: 'search', user: 'u1=2' },
    onUnavailable: 'allow',
    log: 'debug',
  });
  expect(settings.hosts.patterns).toEqual([
    ...providers.flatMap(({ origins }) => origins),
    'http://localhost:8080',
    'http://localhost:8081',
    'http://127.0.0.1:9999',
    'https://gw.example.com',
  ]);
});

test('the preload, which loads nothing before it must, knows the origins of all providers', () => {
  const source = readFileSync(new URL('register.cts', import.meta.url), 'utf8');
  const named = [...source.matchAll(/'(https?:\/\/[^']+)'/gu)].map(([, origin]) => origin);
  expect(new Set(named)).toEqual(new Set(providers.flatMap(({ origins }) => origins)));
});

test('the preload knows the names of all variables', () => {
  const source = readFileSync(new URL('register.cts', import.meta.url), 'utf8');
  const [, list = ''] = /const VARIABLES = \[([^\]]*)\]/u.exec(source) ?? [];
  const named = [...list.matchAll(/'(\w+)'/gu)].map(([, name]) => `SPENDFUSE_${name}`);
  expect(named).toEqual(VARIABLES);
  const own = Object.values(SETTINGS).map(({ env }) => env);
  expect(own.filter((name) => !VARIABLES.includes(name))).toEqual([]);
});

describe('a bad value is told in one line that names it', () => {
  test.each([
    ['SPENDFUSE_ENDPOINT', 'nowhere', /"nowhere" is no address; .* unix:\/path or host:port$/u],
    ['SPENDFUSE_LABELS', 'team', /: "team" is no label; write it as name=value,name=value$/u],
    ['SPENDFUSE_LABELS', 'Team=x', /: labels\.Team: a label name is [^;]*$/u],
    ['SPENDFUSE_LABELS', 'model=x', /computed/u],
    ['SPENDFUSE_BAGGAGE', 'user,userId', /baggage\.userId: a label name is/u],
    ['SPENDFUSE_ON_UNAVAILABLE', 'maybe', /"maybe" is no policy; .* allow, deny or grace$/u],
    ['SPENDFUSE_GRACE', 'a lot', /: "a lot" is no amount of .*; write it as \$0\.50, 50000 tok/u],
    ['SPENDFUSE_GRACE', '$5/day', /"\$5\/day" is no amount of money, tokens or requests; /u],
    ['SPENDFUSE_GRACE', '3 concurrent', /no amount of money, tokens or requests/u],
    ['SPENDFUSE_GRACE', '$0', /allows no call at all/u],
    ['SPENDFUSE_SPOOL_DIR', 'spool', /"spool" is no absolute path/u],
    ['SPENDFUSE_HOSTS', 'localhost=openai', /is no URL of a provider; write it as http:/u],
    ['SPENDFUSE_HOSTS', 'http://localhost=opnai', /unknown provider "opnai"; known: openai/u],
    ['SPENDFUSE_LOG', 'loud', /"loud" is no level; write it as silent, /u],
  ])('%s=%s', (name, value, message) => {
    const { settings, problems } = readSettings({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
    expect(problems[0]).toMatch(new RegExp(`^${name}: `, 'u'));
    // Neither the name nor the form twice.
    expect(problems[0]).not.toMatch(/write it .* write it|^SPENDFUSE_(\w+): \1: /iu);
    expect(problems[0]).not.toContain('\n');
    expect(settings.onUnavailable).toBe('deny');
  });
});

describe('grace', () => {
  const policyOf = (env: Record<string, string>) => {
    const { settings, problems } = readSettings(env);
    return { policy: [settings.onUnavailable, settings.grace], problems };
  };

  test('is an amount of the grammar of limits; naming it is enough', () => {
    const grace = { unit: 'cost', amount: 500_000_000 };
    const wanted = { policy: ['grace', grace], problems: [] };
    expect(policyOf({ SPENDFUSE_GRACE: '$0.50' })).toEqual(wanted);
    const both = { SPENDFUSE_ON_UNAVAILABLE: 'grace', SPENDFUSE_GRACE: '$0.50' };
    expect(policyOf(both)).toEqual(wanted);
  });

  test('another policy that is named wins', () => {
    const env = { SPENDFUSE_ON_UNAVAILABLE: 'allow', SPENDFUSE_GRACE: '$0.50' };
    expect(policyOf(env)).toEqual({ policy: ['allow', undefined], problems: [] });
  });

  test.each([
    [{}, /^SPENDFUSE_GRACE: is not set/u],
    [{ SPENDFUSE_GRACE: 'much' }, /^SPENDFUSE_GRACE: "much" is no amount/u],
  ])('without an amount that can be read it denies, and says so once: %j', (env, problem) => {
    const { policy, problems } = policyOf({ SPENDFUSE_ON_UNAVAILABLE: 'grace', ...env });
    expect(policy).toEqual(['deny', undefined]);
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });
});

describe('labels that cannot be used leave open who spends', () => {
  test.each([
    ['SPENDFUSE_LABELS', 'Team=x', /^SPENDFUSE_LABELS: labels\.Team/u],
    ['SPENDFUSE_BAGGAGE', 'userId', /^SPENDFUSE_BAGGAGE: baggage\.userId/u],
    ['OTEL_SERVICE_NAME', 'a\tb', /^OpenTelemetry resource\.service: .*control characters/u],
  ])('%s', (name, value, problem) => {
    const { settings, problems } = readSettings({ [name]: value });
    expect(settings.undecidable).toMatch(problem);
    expect(problems).toEqual([settings.undecidable]);
  });

  test('others tell', () => {
    const { settings } = readSettings({
      SPENDFUSE_LABELS: 'team=x,service=mine',
      SPENDFUSE_BAGGAGE: 'user, plan',
      OTEL_SERVICE_NAME: 'checkout',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod',
    });
    expect(settings).toMatchObject({
      undecidable: undefined,
      labels: { team: 'x', service: 'mine', environment: 'prod' },
      baggage: ['user', 'plan'],
    });
  });
});

test('a host that cannot be read is told, and takes no other with it', () => {
  const { settings, problems } = readSettings({
    SPENDFUSE_HOSTS: 'http://a:1=openai, b:2=openai,http://c:3=opnai,,http://d:4=openai',
  });
  expect(problems).toHaveLength(2);
  expect(settings.hasUnreadHosts).toBe(true);
  expect(settings.hosts.patterns.slice(-2)).toEqual(['http://a:1', 'http://d:4']);
  const read = readSettings({ SPENDFUSE_HOSTS: 'http://a:1=openai' }).settings;
  expect(read.hasUnreadHosts).toBe(false);
});

test('an endpoint that cannot be used is still one: calls do not pass uncounted', () => {
  expect(readSettings({ SPENDFUSE_ENDPOINT: 'nowhere' }).settings.endpoint).toBe('nowhere');
});

test('every setting is documented', () => {
  for (const { env, docs, form } of Object.values(SETTINGS)) {
    expect(env).toMatch(/^SPENDFUSE_[A-Z_]+$/u);
    expect(docs.length).toBeGreaterThan(20);
    expect(form).not.toBe('');
  }
});

test('OLLAMA_HOST may lack its scheme and its port', () => {
  const at = (host: string, origin: string) =>
    readSettings({ OLLAMA_HOST: host }).settings.hosts.at(origin);
  expect(at('gpu-box', 'http://gpu-box:11434')).toBe('ollama');
  expect(at('gpu-box:8080', 'http://gpu-box:8080')).toBe('ollama');
  expect(at('10.0.0.7:8080', 'http://10.0.0.7:8080')).toBe('ollama');
  expect(at('https://gpu.example.com/', 'https://gpu.example.com')).toBe('ollama');
  expect(at('https://ollama.com', 'https://ollama.com')).toBe('ollama_cloud');
  expect(at('not a host', 'http://localhost:11434')).toBe('ollama');
});

test('a base URL that names the host of another provider does not rename it', () => {
  const hosts = (env: Readonly<Record<string, string>>) => readSettings(env).settings.hosts;
  const deepseek = 'https://api.deepseek.com';
  expect(hosts({ OPENAI_BASE_URL: deepseek }).at(deepseek)).toBe('deepseek');
  const azure = 'https://mine.openai.azure.com';
  expect(hosts({ OPENAI_BASE_URL: `${azure}/openai/v1` }).at(azure)).toBe('azure.ai.openai');
  expect(hosts({ GROQ_BASE_URL: 'http://gw:8080' }).at('http://gw:8080')).toBe('groq');
  // Who says so in so many words is believed.
  const told = { SPENDFUSE_HOSTS: `${deepseek}=openai-compatible,http://gw:8000/v1=vllm` };
  expect(hosts(told).at(deepseek)).toBe('openai-compatible');
  expect(hosts(told).at('http://gw:8000')).toBe('vllm');
});
