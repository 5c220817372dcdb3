// How the commands write: aligned tables, amounts for people, colour only on a terminal.
import { styleText } from 'node:util';
import { type Balance, formatUsd, type Labels, type Unit } from '@spendfuse/core';
import Table from 'cli-table3';

type Format = Parameters<typeof styleText>[0];

/** Coloured only where the stream is a terminal and NO_COLOR does not say no. */
export function style(format: Format, text: string, stream: NodeJS.WriteStream): string {
  return styleText(format, text, { stream });
}

export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

export interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
}

/** Columns two spaces apart, no lines around them. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const parts = ['top', 'bottom', 'left', 'right', 'mid'];
  const joints = ['', '-mid', '-left', '-right'];
  const none = parts.flatMap((part) => joints.map((joint) => [`${part}${joint}`, '']));
  const drawn = new Table({
    chars: { ...Object.fromEntries(none), middle: '  ' },
    head: columns.map(({ head }) => style('bold', head, process.stdout)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  drawn.push(...rows.map((row) => [...row]));
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** `$4.0123`, `12,345 tokens`. */
export function amountText(unit: Unit, amount: number): string {
  if (unit === 'cost') return formatUsd(amount);
  return `${countText(amount)} ${unit === 'concurrency' ? 'concurrent' : unit}`;
}

/** `12,345` */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** `$5.00/day`, `$20.00` for a lifetime. */
export function limitText({ unit, limit, window }: Balance): string {
  return window === 'lifetime' ? amountText(unit, limit) : `${amountText(unit, limit)}/${window}`;
}

/** `team=search,user=u1` */
export function labelsText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
