// The section `alerts:`: what it says, and that mistakes in it show neither address nor secret.
import { expect, test } from 'vitest';
import { ALERT_EVENTS } from '../alerts/alert.ts';
import { parseConfig } from './load.ts';

test('all there is', () => {
  const env = {
    SLACK: 'https://hooks.slack.com/services/T0/B0/x',
    HOOK: 'http://10.0.0.7:8080/alerts',
    SECRET: '0123456789abcdef',
  };
  const text = `
alerts:
  webhooks:
    - { url: '\${SLACK}', format: slack }
    - name: on-call
      url: \${HOOK}
      secret: \${SECRET}
      events: [threshold, ledger_failed]
      budgets: [team-*, '!team-x']
  denialsEvery: 5m
`;
  expect(parseConfig(text, { env }).alerts).toEqual({
    webhooks: [
      { name: 'webhook-1', url: env.SLACK, format: 'slack', events: ALERT_EVENTS },
      {
        name: 'on-call',
        url: env.HOOK,
        format: 'generic',
        secret: env.SECRET,
        events: ['threshold', 'ledger_failed'],
        budgets: ['team-*', '!team-x'],
      },
    ],
    denialsEveryMs: 300_000,
  });
});

test('nothing: the log only, denials once a minute', () => {
  expect(parseConfig('budgets: { id: a, limits: $5/day }').alerts).toEqual({
    webhooks: [],
    denialsEveryMs: 60_000,
  });
});

test.each([
  ['an address', 'url: ${V}', 'ftp://alerts.example.com/T0KEN'],
  ['an address of nothing', 'url: ${V}', ''],
  ['a secret', 'url: http://localhost, secret: ${V}', 'T0KEN'],
  ['a secret of digits', 'url: http://localhost, secret: ${V}', '123456'],
  ['an address without a variable', 'url: T0KEN', ''],
  ['an address in the wrong place', 'url: http://localhost, T0KEN: 1', ''],
])('%s that is wrong: a line, and no word of what it is', (_, webhook, V) => {
  let message = '';
  try {
    parseConfig(`alerts: { webhooks: [{ ${webhook} }] }`, { env: { V } });
  } catch (error) {
    ({ message } = error as Error);
  }
  expect(message).toMatch(/^budgets\.yaml:1:\d+: /u);
  if (!webhook.includes('T0KEN: 1')) expect(message).not.toMatch(/T0KEN|123456|example/u);
});
