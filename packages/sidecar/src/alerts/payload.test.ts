// What receivers get: the JSON and the signature as the documentation shows them, and Slack's form.
import { readFileSync } from 'node:fs';
import { type Alert, ALERT_EVENTS } from '@spendfuse/authority';
import { describe, expect, test } from 'vitest';
import { genericPayload, slackPayload } from './payload.ts';
import { signature } from './signature.ts';

const NOON_MS = Date.UTC(2026, 9, 18, 12);
const documentation = readFileSync(new URL('../../../../docs/alerts.md', import.meta.url), 'utf8');

const threshold: Alert = {
  id: '019a0c5e-3a00-7000-8000-000000000001',
  atMs: NOON_MS,
  event: 'threshold',
  budget: 'team-daily',
  scope: { team: 'search' },
  unit: 'cost',
  window: 'day',
  limit: 50_000_000_000,
  committed: 41_300_000_000,
  reserved: 250_000_000,
  resetAtMs: NOON_MS + 12 * 3_600_000,
  mode: 'enforce',
  threshold: 0.8,
  repeated: false,
};

function block(language: string): string {
  const found = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'u').exec(documentation);
  return found?.[1] ?? expect.fail(`the documentation has no block of ${language}`);
}

describe('the generic form', () => {
  test('is the one of the documentation', () => {
    expect(genericPayload(threshold)).toEqual(JSON.parse(block('json')));
    expect(Object.keys(genericPayload(threshold))).toEqual(Object.keys(JSON.parse(block('json'))));
  });

  test('says null where several scopes are told together, or nothing resets', () => {
    const payload = genericPayload({ ...threshold, scope: undefined, resetAtMs: undefined });
    expect(payload).toMatchObject({ scope: null, resetAt: null });
  });

  test('keeps amounts exact', () => {
    const payload = genericPayload({ ...threshold, committed: Number.MAX_SAFE_INTEGER });
    expect(payload['committed']).toBe('9007199254740991');
  });
});

test('the documentation names every event', () => {
  for (const event of ALERT_EVENTS) expect(documentation).toContain(`| \`${event}\``);
});

describe('the form of Slack', () => {
  test('has a text for notifications, and blocks', () => {
    expect(slackPayload(threshold)).toMatchObject({
      text: expect.stringContaining('$41.30 of $50.00/day spent'),
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: expect.stringContaining('*team-daily') } },
        { type: 'context' },
      ],
    });
  });

  test('lets no label call anybody', () => {
    const scope = { team: '<!channel> <https://example.com|click> &' };
    const text = JSON.stringify(slackPayload({ ...threshold, scope }));
    expect(text).not.toMatch(/[<>]/u);
    expect(text).toContain('&lt;!channel&gt;');
  });

  test('stays below what Slack takes', () => {
    const detail = 'x'.repeat(10_000);
    const alert: Alert = { id: threshold.id, atMs: NOON_MS, event: 'config_rejected', detail };
    const [section] = slackPayload(alert)['blocks'] as [{ text: { text: string } }];
    expect(section.text.text.length).toBeLessThan(3000);
  });
});

describe('the signature', () => {
  const secret = 'whsec-0123456789abcdef';
  const body = JSON.stringify(genericPayload(threshold));
  const header = signature({ secret, body, nowMs: NOON_MS });

  test('is what the documentation verifies', async () => {
    const source = `data:text/javascript,${encodeURIComponent(block('js'))}`;
    const { isFromSpendfuse } = (await import(/* @vite-ignore */ source)) as {
      isFromSpendfuse: (input: object) => boolean;
    };
    const good = { header, body, secret, nowMs: NOON_MS };
    expect(isFromSpendfuse(good)).toBe(true);
    expect(isFromSpendfuse({ ...good, body: body.replace('0.8', '0.9') })).toBe(false);
    expect(isFromSpendfuse({ ...good, secret: 'another-secret-of-16' })).toBe(false);
    expect(isFromSpendfuse({ ...good, nowMs: NOON_MS + 301_000 })).toBe(false);
    expect(isFromSpendfuse({ ...good, header: undefined })).toBe(false);
    expect(isFromSpendfuse({ ...good, header: header.replace('t=1', 't=2') })).toBe(false);
  });
});
