// The section `alerts:` of a budgets file: where alerts go. Nothing here repeats an address or a secret.
import { z } from 'zod';
import { ALERT_EVENTS, type AlertEvent } from '../alerts/alert.ts';
import { by, described, list, mapping } from './reading.ts';
import { choice, duration, pattern } from './values.ts';

export interface AlertConfig {
  readonly webhooks: readonly WebhookConfig[];
  /** How often denials of one budget, scope and reason are told after the first. */
  readonly denialsEveryMs: number;
}

export interface WebhookConfig {
  /** For logs, which never show the address: as given, else `webhook-1` and so on. */
  readonly name: string;
  readonly url: string;
  readonly format: WebhookFormat;
  /** Signs what is sent; undefined: it is not signed. */
  readonly secret: string | undefined;
  readonly events: readonly AlertEvent[];
  /** Patterns of budget ids; an alert about no budget passes. Undefined: all. */
  readonly budgets: readonly string[] | undefined;
}

export type WebhookFormat = 'generic' | 'slack';

export const NO_ALERT_CONFIG: AlertConfig = { webhooks: [], denialsEveryMs: 60_000 };

const WEBHOOK_NAME = /^[a-z][a-z0-9_.-]{0,62}$/;

const name = described<string>({ type: 'string' }, (value, report) => {
  if (typeof value === 'string' && WEBHOOK_NAME.test(value)) return value;
  return report('must be a name: a lower-case letter, then up to 62 of a-z 0-9 _ . -');
});

const MAX_URL_LENGTH = 2048;

const url = described<string>({ type: 'string' }, (value, report) => {
  if (typeof value !== 'string') return report('must be an address, best as a variable');
  if (value === '') return report('needs an address; is the variable set?');
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    return report('must be an address that begins with http:// or https://');
  }
  if (parsed.username !== '' || parsed.password !== '') {
    return report('must be an address without user and password; sign with `secret` instead');
  }
  if (value.length > MAX_URL_LENGTH)
    return report(`must have at most ${MAX_URL_LENGTH} characters`);
  return value;
});

const MIN_SECRET_LENGTH = 16;

const secret = described<string>({ type: 'string' }, (value, report) => {
  if (typeof value === 'string' && value.length >= MIN_SECRET_LENGTH) return value;
  if (value === '') return report('needs a text; is the variable set?');
  return report(
    `must be text of at least ${MIN_SECRET_LENGTH} characters; make one: openssl rand -hex 32`,
  );
});

const FORMATS: readonly WebhookFormat[] = ['generic', 'slack'];

const events = list<AlertEvent>({
  item: choice(ALERT_EVENTS),
  empty: 'needs an event, such as threshold; leave it out for all',
  distinct: {
    key: (item) => item,
    twice: (item) => `"${String(item)}" is given twice; keep one of them`,
  },
});

const budgetPatterns = list({
  item: pattern,
  empty: 'needs a pattern, such as team-*; leave it out for all',
});

const webhookSchema = z.strictObject({
  name: by(name).optional().describe('For logs, which never show the address'),
  url: by(url).describe('http or https; best as a variable: ${ALERT_WEBHOOK_URL}'),
  format: by(choice(FORMATS)).optional().describe('Default: generic'),
  secret: by(secret).optional().describe('Signs what is sent (HMAC-SHA256)'),
  events: by(events).optional().describe('Default: all'),
  budgets: by(budgetPatterns).optional().describe('Alerts about these only, or about none'),
});

const webhooks = list<z.output<typeof webhookSchema>>({
  item: mapping({ schema: webhookSchema, examples: { url: '${ALERT_WEBHOOK_URL}' } }),
  distinct: {
    key: (_, read) => read?.name,
    twice: () => 'there is a webhook of this name already; give this one another',
  },
});

const everyMs = duration({
  example: '1m',
  leastMs: 1000,
  mostMs: 24 * 3_600_000,
  outside: 'denials are told of every 1s to 24h',
});

const section = mapping({
  schema: z.strictObject({
    webhooks: by(webhooks).optional().describe('Where alerts are sent, besides the log'),
    denialsEvery: by(everyMs).optional().describe('How often denials are counted up; default 1m'),
  }),
});

const json = () => section.json?.() ?? {};

export const alerts = described<AlertConfig>(json, (value, report) => {
  const read = section(value, report);
  if (!read) return undefined;
  return {
    webhooks: (read.webhooks ?? []).map((webhook, index) => ({
      name: webhook.name ?? `webhook-${index + 1}`,
      url: webhook.url,
      format: webhook.format ?? 'generic',
      secret: webhook.secret,
      events: webhook.events ?? ALERT_EVENTS,
      budgets: webhook.budgets,
    })),
    denialsEveryMs: read.denialsEvery ?? NO_ALERT_CONFIG.denialsEveryMs,
  };
});
