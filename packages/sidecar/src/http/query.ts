// Reads the query parameters of the API: every name is known, every value is checked.
import { type BalanceQuery, invalid } from '@spendfuse/core';
import type { EntryQuery } from '@spendfuse/authority';

const VERBS: readonly NonNullable<EntryQuery['verb']>[] = [
  'reserve',
  'commit',
  'release',
  'extend',
  'record',
  'expire',
  'deny',
];
const LABEL = 'label.';

/** `?budget=daily&label.user=u1`. @throws SpendfuseError `INVALID_ARGUMENT` naming the parameter. */
export function balanceQuery(params: URLSearchParams): BalanceQuery {
  const labels = [...params.keys()].filter((name) => name.startsWith(LABEL));
  known(params, ['budget', ...labels]);
  const scope = Object.fromEntries(
    labels.map((name) => [name.slice(LABEL.length), single(params, name) ?? '']),
  );
  return { budget: single(params, 'budget'), scope };
}

/** `?limit=100&verb=commit&cursor=…`. @throws SpendfuseError `INVALID_ARGUMENT` naming the parameter. */
export function entryQuery(params: URLSearchParams): EntryQuery {
  known(params, ['limit', 'cursor', 'verb']);
  const limit = single(params, 'limit');
  if (limit !== undefined && !/^\d{1,4}$/u.test(limit)) {
    throw invalid('limit', `"${limit}" is no number from 1 to 1000`);
  }
  const wanted = single(params, 'verb');
  const verb = VERBS.find((each) => each === wanted);
  if (wanted !== undefined && verb === undefined) {
    throw invalid('verb', `"${wanted}" is not one of ${VERBS.join(', ')}`);
  }
  const cursor = single(params, 'cursor');
  return { limit: limit === undefined ? undefined : Number(limit), cursor, verb };
}

function known(params: URLSearchParams, names: readonly string[]): void {
  for (const name of params.keys()) {
    if (!names.includes(name)) throw invalid(name, 'unknown parameter');
  }
}

function single(params: URLSearchParams, name: string): string | undefined {
  const values = params.getAll(name);
  if (values.length > 1) throw invalid(name, 'is given more than once');
  return values[0];
}
