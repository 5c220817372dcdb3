// Every operation by its name on the wire: unary calls and sessions both end here.
import { commit } from './commit.ts';
import { extend } from './extend.ts';
import { getBalances } from './get-balances.ts';
import type { Operation } from './operation.ts';
import { record } from './record.ts';
import { release } from './release.ts';
import { reserve } from './reserve.ts';

export const VERBS = ['reserve', 'commit', 'release', 'extend', 'record', 'getBalances'] as const;

export type Verb = (typeof VERBS)[number];

/** Each takes the message that its verb came with. */
export const operations: Readonly<Record<Verb, Operation<object, object>>> = {
  reserve,
  commit,
  release,
  extend,
  record,
  getBalances,
};
