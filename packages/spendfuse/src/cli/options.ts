// Reading what was typed: repeatable options, labels, counts.
import { checkLabels, invalid, isAmount, type Labels } from '@spendfuse/core';

/** For options that may be given more than once. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/**
 * `team=search,user=u1`, the form of SPENDFUSE_LABELS; later ones win.
 * @throws SpendfuseError `INVALID_ARGUMENT`
 */
export function parseLabels(texts: readonly string[], field: string): Labels {
  const pairs = texts
    .flatMap((text) => text.split(','))
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '');
  const labels = Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at === -1) throw invalid(field, `"${pair}" is no label; write it like team=search`);
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
  checkLabels(labels, field);
  return labels;
}

/** @throws SpendfuseError `INVALID_ARGUMENT` */
export function parseCount(text: string, field: string): number {
  const count = /^\d+$/u.test(text) ? Number(text) : Number.NaN;
  if (!isAmount(count)) throw invalid(field, `"${text}" is no count; write it like 1200`);
  return count;
}

const TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/u;

/**
 * `2026-11-01` or `2026-11-01T12:00:00+01:00` in ms since the epoch; UTC where no offset is given.
 * @throws SpendfuseError `INVALID_ARGUMENT`
 */
export function parseTime(text: string, field: string): number {
  const [, date = '', time = '00:00', offset = 'Z'] = TIME.exec(text) ?? [];
  const ms = Date.parse(`${date}T${time}${offset}`);
  // A day that a month does not have would be one of the next month.
  const isDay = new Date(Date.parse(date)).toJSON()?.startsWith(date) ?? false;
  if (isDay && date !== '' && ms >= 0) return ms;
  throw invalid(field, `"${text}" is no time; write it like 2026-11-01 or 2026-11-01T12:00:00Z`);
}
