// The JSON of an alert that webhooks get: schema version 1, documented in docs/alerts.md.
import { type Alert, alertText, budgetOfAlert, severityOf } from '@spendfuse/authority';

/** Grows by new keys only; anything else is a new version. */
const SCHEMA_VERSION = 1;

/** Amounts are decimal strings: not every reader keeps 2^53 exact. */
const AMOUNTS: readonly string[] = [
  'limit',
  'committed',
  'reserved',
  'requested',
  'overrunNanoUsd',
];
/** Written as times, under the name without the unit. */
const TIMES: readonly string[] = ['atMs', 'resetAtMs'];

/** What is undefined in the alert is null; keys that its event does not have are absent. */
export function genericPayload(alert: Alert): Readonly<Record<string, unknown>> {
  const { id, atMs, event, ...facts } = alert;
  const { title, text } = alertText(alert);
  const time = new Date(atMs).toISOString();
  const head = { version: SCHEMA_VERSION, id, time, event, severity: severityOf(alert) };
  const details = Object.entries(facts).map(([key, value]) => [nameOf(key), valueOf(key, value)]);
  return { ...head, title, text, ...Object.fromEntries(details) };
}

function nameOf(key: string): string {
  return TIMES.includes(key) ? key.slice(0, -'Ms'.length) : key;
}

function valueOf(key: string, value: unknown): unknown {
  if (value === undefined) return null;
  if (AMOUNTS.includes(key)) return String(Number(value));
  return TIMES.includes(key) ? new Date(Number(value)).toISOString() : value;
}

const EMOJI = { info: ':information_source:', warning: ':warning:', critical: ':rotating_light:' };
/** Slack refuses longer texts. */
const MAX_SECTION = 2900;

/** A message for Slack's incoming webhooks, and for what takes the same: Mattermost, Discord's `/slack`. */
export function slackPayload(alert: Alert): Readonly<Record<string, unknown>> {
  const { title, text } = alertText(alert);
  const severity = severityOf(alert);
  const heading = `${EMOJI[severity]} *${escape(title)}*`;
  const time = new Date(alert.atMs).toISOString();
  const about = [alert.event, severity, budgetOfAlert(alert), time];
  const context = about.filter((each) => each !== undefined).join(' · ');
  return {
    // What notifications show.
    text: `${EMOJI[severity]} ${escape(text).slice(0, MAX_SECTION)}`,
    blocks: [
      section(`${heading}\n${escape(text).slice(0, MAX_SECTION)}`),
      { type: 'context', elements: [{ type: 'mrkdwn', text: escape(context) }] },
    ],
  };
}

function section(text: string) {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

/** Labels come from callers: without this, one of them could call the whole channel. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
