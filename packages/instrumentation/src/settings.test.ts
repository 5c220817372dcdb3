// Settings: what is read, what is refused, and that a bad value is never less safe than none.
import { readFileSync } from 'node:fs';
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
  const named = [...source.matchAll(/'(https:\/\/[^']+)'/gu)].map(([, origin]) => origin);
  expect(new Set(named)).toEqual(new Set(providers.flatMap(({ origins }) => origins)));
});

describe('a bad value is told in one line that names it', () => {
  test.each([
    ['SPENDFUSE_ENDPOINT', 'nowhere', /neither unix:\/path nor host:port/u],
    ['SPENDFUSE_LABELS', 'team', /"team" is no name=value/u],
    ['SPENDFUSE_LABELS', 'Team=x', /labels\.Team/u],
    ['SPENDFUSE_LABELS', 'model=x', /computed/u],
    ['SPENDFUSE_ON_UNAVAILABLE', 'maybe', /neither allow nor deny/u],
    ['SPENDFUSE_HOSTS', 'localhost=openai', /no URL=provider/u],
    ['SPENDFUSE_HOSTS', 'http://localhost=opnai', /unknown provider "opnai"; known: openai/u],
    ['SPENDFUSE_LOG', 'loud', /none of silent/u],
  ])('%s=%s', (name, value, message) => {
    const { settings, problems } = readSettings({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
    expect(problems[0]).toMatch(new RegExp(`^${name}: `, 'u'));
    expect(problems[0]).not.toContain('\n');
    expect(settings.onUnavailable).toBe('deny');
  });
});

test('labels that cannot be used leave open who spends', () => {
  const { undecidable } = readSettings({ SPENDFUSE_LABELS: 'Team=x' }).settings;
  expect(undecidable).toMatch(/^SPENDFUSE_LABELS: labels\.Team/u);
  expect(readSettings({ SPENDFUSE_LABELS: 'team=x' }).settings.undecidable).toBeUndefined();
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
