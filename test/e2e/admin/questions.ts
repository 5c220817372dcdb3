// Scenarios of the admin API that only ask; they come before those that change something.
import { invalid, type Scenario } from './scenario.ts';

/** Of the sidecar in which u1 has spent $0.0035 and u2 has been refused once. */
export const questions: readonly Scenario[] = [
  {
    title: 'a call is explained without being reserved',
    steps: [
      {
        ask: [
          'explain',
          { labels: { user: 'u1' }, model: 'gpt-4o', inputTokens: '1000', outputTokens: 100 },
        ],
        answer: {
          decision: { kind: 'granted' },
          budgets: [{ budget: 'daily' }, { budget: 'total' }],
          costNanoUsd: '3500000',
          priceSource: 'catalogue',
        },
      },
      {
        ask: ['explain', { labels: { user: 'u1' }, model: 'gpt-4o', inputTokens: 1_000_000 }],
        answer: {
          decision: { kind: 'denied', reason: 'TOO_LARGE', refusals: [{ budget: 'daily' }] },
        },
      },
      { ask: ['explain', { model: 'nobodys-model', inputTokens: 1 }], error: invalid('provider') },
      { ask: ['explain', { model: 'gpt-4o', inputTokens: -1 }], error: invalid('inputTokens') },
      { ask: ['getStatus', {}], answer: { ready: true } },
    ],
  },
  {
    title: 'balances come the fullest first, in pages',
    steps: [
      {
        ask: ['listBalances', { limit: 2 }],
        answer: {
          balances: [
            { budget: 'daily', scope: { user: 'u1' }, unit: 'requests', committed: '1' },
            { budget: 'daily', unit: 'cost', committed: '3500000', remaining: '996500000' },
          ],
        },
        keep: ['next', 'next'],
      },
      {
        ask: ['listBalances', { limit: 2, cursor: '$next' }],
        answer: { balances: [{ budget: 'total', committed: '3500000' }] },
      },
      { ask: ['listBalances', { budget: 'none' }], answer: 'nothing' },
      { ask: ['listBalances', { limit: 0 }], error: invalid('limit') },
      { ask: ['listBalances', { limit: 1001 }], error: invalid('limit') },
      { ask: ['listBalances', { cursor: 'x' }], error: invalid('cursor') },
      { ask: ['listBalances', { label: { 'No!': 'x' } }], error: { code: 'INVALID_ARGUMENT' } },
    ],
  },
  {
    title: 'usage is told in groups, also of those without a limit',
    steps: [
      {
        ask: ['queryUsage', { groupBy: ['user', 'model'], orderBy: 'requests' }],
        answer: {
          rows: [
            {
              group: { user: 'u1', model: 'gpt-4o' },
              requests: '1',
              inputTokens: '1000',
              outputTokens: '100',
              costNanoUsd: '3500000',
            },
            { group: { user: 'u2' }, blocked: '1' },
          ],
        },
      },
      {
        ask: [
          'queryUsage',
          { from: '2020-01-01', bucket: 'month', zone: 'Europe/Berlin', label: { user: 'u*' } },
        ],
        answer: { rows: [{ costNanoUsd: '3500000', blocked: '1' }] },
      },
      { ask: ['queryUsage', { to: '2020-01-01' }], answer: 'nothing' },
      { ask: ['queryUsage', { bucket: 'day' }], error: invalid('from') },
      { ask: ['queryUsage', { from: '2026-02-01', to: '2026-01-01' }], error: invalid('from') },
      { ask: ['queryUsage', { bucket: 'decade' }], error: invalid('bucket') },
      { ask: ['queryUsage', { zone: 'Mars/Base' }], error: invalid('zone') },
      { ask: ['queryUsage', { orderBy: 'luck' }], error: invalid('orderBy') },
      { ask: ['queryUsage', { limit: 1001 }], error: invalid('limit') },
    ],
  },
  {
    title: 'entries are the history, with filters and pages',
    steps: [
      {
        ask: ['listEntries', { verb: ['commit'] }],
        answer: {
          entries: [
            {
              verb: 'commit',
              labels: { user: 'u1' },
              model: 'gpt-4o',
              usage: { inputTokens: '1000', outputTokens: '100' },
              costNanoUsd: '3500000',
            },
          ],
        },
      },
      {
        ask: ['listEntries', { verb: ['reserve', 'deny'], limit: 1 }],
        answer: { entries: [{ verb: 'deny', reason: 'TOO_LARGE', budgets: ['daily'] }] },
        keep: ['next', 'next'],
      },
      {
        ask: ['listEntries', { verb: ['reserve', 'deny'], limit: 1, cursor: '$next' }],
        answer: { entries: [{ verb: 'reserve', decision: 'granted' }] },
      },
      { ask: ['listEntries', { label: { user: 'u2' } }], answer: { entries: [{ verb: 'deny' }] } },
      { ask: ['listEntries', { decision: 'denied' }], answer: { entries: [{ verb: 'deny' }] } },
      { ask: ['listEntries', { reason: 'EXHAUSTED' }], answer: 'nothing' },
      { ask: ['listEntries', { to: '2020-01-01' }], answer: 'nothing' },
      { ask: ['listEntries', { verb: ['spend'] }], error: { code: 'INVALID_ARGUMENT' } },
      { ask: ['listEntries', { limit: 0 }], error: invalid('limit') },
      { ask: ['listEntries', { limit: 1001 }], error: invalid('limit') },
    ],
  },
];
