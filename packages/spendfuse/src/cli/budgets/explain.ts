// `spendfuse budgets explain`: what a call would get now, and why.
import { formatUsd, invalid, type Labels } from '@spendfuse/core';
import type { Command } from 'commander';
import { collect, parseCount, parseLabels } from '../options.ts';
import { amountText, type Column, labelsText, print, style, table } from '../output.ts';
import {
  adminClient,
  type AdminFlags,
  type ExplainQuestion,
  type ExplanationJson,
} from './admin-client.ts';
import { type JsonFlag, printJson, withAdmin } from './shared.ts';

interface ExplainFlags extends AdminFlags, JsonFlag {
  readonly label?: readonly string[];
  readonly provider?: string;
  readonly model: string;
  readonly operation?: string;
  readonly input: string;
  readonly output?: string;
  readonly amount?: readonly string[];
  readonly tier?: string;
  readonly config?: string;
}

const HELP = `
Nothing is reserved. With --config the file is asked as if nothing had been spent, without a sidecar.

Examples:
  $ spendfuse budgets explain --label user=u1 --model gpt-5 --input 1200 --output 800
  $ spendfuse budgets explain --config budgets.yaml --provider openai --model gpt-5 --input 1200`;

const COLUMNS: readonly Column[] = [
  { head: 'budget' },
  { head: 'scope' },
  { head: 'limit', align: 'right' },
  { head: 'spent', align: 'right' },
  { head: 'in flight', align: 'right' },
  { head: 'this call', align: 'right' },
  { head: 'says' },
];

export function addExplain(budgets: Command): void {
  const command = budgets
    .command('explain')
    .description('say what a call would get now, and why')
    .requiredOption('--model <name>', 'as in requests, such as gpt-5')
    .requiredOption('--input <count>', 'input tokens')
    .option('--output <count>', "output tokens at most (default: the model's own maximum)")
    .option('--label <name=value>', 'of who calls (repeatable)', collect)
    .option('--provider <name>', 'default: the one that is known to have the model')
    .option('--operation <name>', 'default: chat')
    .option('--amount <unit=count>', 'of a custom unit, such as tool_calls=3 (repeatable)', collect)
    .option('--tier <name>', 'service tier, such as batch')
    .option('--config <file>', 'ask a budgets file instead of a sidecar');
  withAdmin(command).addHelpText('after', HELP).action(explain);
}

async function explain(flags: ExplainFlags): Promise<void> {
  const { model, provider, operation, tier, label = [], amount = [] } = flags;
  const question: ExplainQuestion = {
    labels: parseLabels(label, '--label'),
    provider,
    model,
    operation,
    inputTokens: parseCount(flags.input, '--input'),
    outputTokens: flags.output === undefined ? undefined : parseCount(flags.output, '--output'),
    amounts: parseAmounts(amount),
    tier,
  };
  const explanation =
    flags.config === undefined
      ? await (await adminClient(flags)).explain(question)
      : await explainFile(flags.config, question);
  if (flags.json) printJson(explanation);
  else show(explanation);
}

async function explainFile(file: string, question: ExplainQuestion): Promise<ExplanationJson> {
  const { createCatalogue, loadConfig, openAuthority, BUILT_IN_PRICES, providerOfModel } =
    await import('@spendfuse/authority');
  const { explanationJson } = await import('@spendfuse/sidecar');
  const { budgets, prices: overrides, aliases, fallback } = await loadConfig(file);
  const { labels, model, operation = 'chat', ...rest } = question;
  const provider = question.provider ?? providerOfModel(BUILT_IN_PRICES, model);
  if (provider === undefined) throw invalid('--provider', `is needed: "${model}" tells none`);
  const catalogue = createCatalogue({ overrides, aliases, fallback });
  const authority = await openAuthority({ budgets, catalogue });
  try {
    const call = { labels, provider, model, operation };
    return explanationJson(await authority.admin.explain({ ...rest, call }));
  } finally {
    await authority.close();
  }
}

function parseAmounts(texts: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [unit = '', count] = text.split('=');
      if (count === undefined) {
        throw invalid('--amount', `"${text}" is no amount; write it like tool_calls=3`);
      }
      return [unit, parseCount(count, '--amount')];
    }),
  );
}

function show(explanation: ExplanationJson): void {
  const { budgets, costNanoUsd, priceSource, catalogue } = explanation;
  print(headline(explanation));
  print(
    costNanoUsd === null
      ? `no price of the model is known (${catalogue})`
      : `costs up to ${formatUsd(Number(costNanoUsd))} (${catalogue}${priceSource === 'catalogue' ? '' : `, ${priceSource}`})`,
  );
  const rows = budgets.flatMap(rowsOf);
  if (rows.length > 0) print(`\n${table(COLUMNS, rows)}`);
  for (const { budget, mismatch } of budgets) {
    if (mismatch !== null) print(`${budget} does not match: ${mismatch}`);
  }
  if (budgets.length === 0) print('there is no budget: calls are counted, none is refused');
}

function headline({ decision }: ExplanationJson): string {
  const { kind, reason, model, maxOutputTokens, resetAt } = decision;
  if (kind !== 'granted') {
    const when = resetAt ? `; room again at ${resetAt}` : '';
    return `${style('red', 'denied', process.stdout)}: ${reason ?? 'the limits refuse it'}${when}`;
  }
  const changes = [
    model !== null && `sent as ${model}`,
    maxOutputTokens !== null && `with at most ${maxOutputTokens} output tokens`,
  ].filter(Boolean);
  const how = changes.length > 0 ? `, ${changes.join(', ')}` : '';
  return `${style('green', 'granted', process.stdout)}${how}`;
}

function rowsOf({ budget, limits }: ExplanationJson['budgets'][number]): readonly string[][] {
  return limits.map(({ balance, requested, refusal }) => {
    const { scope, unit, window, mode } = balance;
    const text = (amount: string): string => amountText(unit, Number(amount));
    const per = window === 'lifetime' ? '' : `/${window}`;
    return [
      mode === 'shadow' ? `${budget} (shadow)` : budget,
      labelsText(scope as Labels),
      `${text(balance.limit)}${per}`,
      text(balance.committed),
      text(balance.reserved),
      requested === null ? 'unknown' : text(requested),
      refusal === null ? 'fits' : [refusal.reason, refusal.detail].filter(Boolean).join(': '),
    ];
  });
}
