// `spendfuse alerts test`: sends a test alert to each webhook of a budgets file.
import { SpendfuseError } from '@spendfuse/core';
import type { WebhookTest } from '@spendfuse/sidecar';
import { readSettings, sidecarSettings } from '@spendfuse/sidecar/settings';
import type { Command } from 'commander';
import { type Column, print, style, table } from './output.ts';
import { version } from './version.ts';

const HELP = `
Webhooks are tested whatever events and budgets they are for. Exits with 1 if one did not take it.

Example:
  $ spendfuse alerts test --config budgets.yaml`;

const COLUMNS: readonly Column[] = [
  { head: 'webhook' },
  { head: 'format' },
  { head: 'result' },
  { head: 'ms', align: 'right' },
  { head: 'answer' },
];

export function addAlerts(program: Command): void {
  program
    .command('alerts')
    .description('work with alerts')
    .command('test')
    .description('send a test alert to each webhook of a budgets file')
    .option('--config <file>', `budgets file ($${sidecarSettings.configFile.env})`)
    .addHelpText('after', HELP)
    .action(sendTests);
}

async function sendTests({ config }: { readonly config?: string }): Promise<void> {
  const { configFile } = readSettings({ env: process.env, flags: { configFile: config } });
  if (configFile === undefined) throw wrong('no budgets file is given; add --config <file>');
  const { loadConfig } = await import('@spendfuse/authority');
  const { webhooks } = (await loadConfig(configFile)).alerts;
  if (webhooks.length === 0) {
    throw wrong(`${configFile} has no webhooks; add some under alerts: { webhooks: [] }`);
  }
  const { testWebhooks } = await import('@spendfuse/sidecar');
  const tests = await testWebhooks(webhooks, version);
  print(table(COLUMNS, tests.map(row)));
  if (tests.some(({ outcome }) => outcome.kind !== 'delivered')) process.exitCode = 1;
}

function row({ webhook, outcome, durationMs }: WebhookTest): readonly string[] {
  const { name, format, secret } = webhook;
  const isDelivered = outcome.kind === 'delivered';
  const result = isDelivered ? `delivered, status ${outcome.status}` : `failed: ${outcome.why}`;
  return [
    name,
    secret === undefined ? format : `${format}, signed`,
    style(isDelivered ? 'green' : 'red', result, process.stdout),
    durationMs.toFixed(0),
    outcome.kind === 'retry' ? '' : shown(outcome.answer),
  ];
}

const MAX_SHOWN = 60;

/** In quotes, on one line, whatever a receiver answers. */
function shown(answer: string): string {
  if (answer === '') return '';
  const isLong = answer.length > MAX_SHOWN;
  return JSON.stringify(answer.slice(0, MAX_SHOWN)) + (isLong ? '…' : '');
}

function wrong(message: string): SpendfuseError {
  return new SpendfuseError({ code: 'CONFIG', message });
}
