// Scenarios of the admin API that change something.
import { invalid, NOT_FOUND, type Scenario, type Step } from './scenario.ts';

const WEEK = { limits: ['$7/week'] };

/**
 * Of a sidecar with the file budgets `daily` ($1/day, 100 requests/day per user) and `total` ($20),
 * in which u1 has spent $0.0035 and u2 has been refused once.
 */
export const changes: readonly Scenario[] = [
  {
    title: 'budgets are listed in order, with their source and their limits',
    steps: [
      {
        ask: ['listBudgets', {}],
        answer: {
          budgets: [
            {
              id: 'daily',
              source: 'file',
              definition: { per: ['user'], limits: ['$1.00/day', '100 requests/day'] },
              limits: [
                {
                  text: '$1.00/day',
                  unit: 'cost',
                  window: 'day',
                  zone: 'UTC',
                  amount: '1000000000',
                },
                { unit: 'requests', amount: '100' },
              ],
            },
            {
              id: 'total',
              source: 'file',
              limits: [{ window: 'lifetime', amount: '20000000000' }],
            },
          ],
        },
      },
      { ask: ['getBudget', { id: 'total' }], answer: { budget: { id: 'total' } } },
      { ask: ['getBudget', { id: 'none' }], error: { ...NOT_FOUND, field: 'id' } },
      { ask: ['getBudget', { id: 'No!' }], error: invalid('id') },
    ],
  },
  {
    title: 'a budget is set, changed and deleted; what it hides is back then',
    steps: [
      {
        ask: ['setBudget', { id: 'weekly', definition: { ...WEEK, mode: 'shadow' } }],
        answer: { budget: { id: 'weekly', source: 'store', definition: { mode: 'shadow' } } },
      },
      {
        ask: ['setBudget', { id: 'weekly', definition: WEEK }],
        answer: { budget: { definition: { mode: 'enforce', limits: ['$7.00/week'] } } },
      },
      {
        ask: ['setBudget', { id: 'total', definition: { limits: ['$30'] } }],
        answer: { budget: { source: 'store', hidesFile: true } },
      },
      { ask: ['deleteBudget', { id: 'total' }], answer: 'nothing' },
      { ask: ['getBudget', { id: 'total' }], answer: { budget: { source: 'file' } } },
      { ask: ['deleteBudget', { id: 'weekly' }], answer: 'nothing' },
      { ask: ['getBudget', { id: 'weekly' }], error: NOT_FOUND },
      { ask: ['deleteBudget', { id: 'weekly' }], error: NOT_FOUND },
    ],
  },
  {
    title: 'a budget that is made late takes over what was spent before, once',
    steps: [
      { ask: ['setBudget', { id: 'late', definition: { limits: ['$9/month'] } }], answer: {} },
      {
        ask: ['listBalances', { budget: 'late' }],
        answer: { balances: [{ limit: '9000000000' }] },
      },
      { ask: ['backfillBudget', { budget: 'late' }], answer: { counters: '1' } },
      {
        ask: ['listBalances', { budget: 'late' }],
        answer: { balances: [{ committed: '3500000' }] },
      },
      { ask: ['backfillBudget', { budget: 'late' }], answer: {} },
      {
        ask: ['listEntries', { limit: 1 }],
        answer: { entries: [{ verb: 'configure', act: 'backfilled late', by: 'admin' }] },
      },
      { ask: ['deleteBudget', { id: 'late' }], answer: 'nothing' },
    ],
  },
  {
    title: 'an edit of what was read fails once it is another one',
    steps: [
      {
        ask: ['setBudget', { id: 'weekly', definition: WEEK, etag: '*' }],
        error: { code: 'CHANGED', field: 'etag' },
      },
      {
        ask: ['setBudget', { id: 'weekly', definition: WEEK }],
        answer: {},
        keep: ['read', 'budget.etag'],
      },
      {
        ask: [
          'setBudget',
          { id: 'weekly', definition: { ...WEEK, mode: 'shadow' }, etag: '$read' },
        ],
        answer: { budget: { definition: { mode: 'shadow' } } },
        keep: ['edited', 'budget.etag'],
      },
      {
        ask: ['setBudget', { id: 'weekly', definition: WEEK, etag: '$read' }],
        error: { code: 'CHANGED', field: 'etag' },
      },
      { ask: ['deleteBudget', { id: 'weekly', etag: '$read' }], error: { code: 'CHANGED' } },
      {
        ask: ['getBudget', { id: 'weekly' }],
        answer: { budget: { definition: { mode: 'shadow' }, etag: '$edited' } },
      },
      { ask: ['deleteBudget', { id: 'weekly', etag: '$edited' }], answer: 'nothing' },
    ],
  },
  {
    title: 'an amount by plan, a ladder and patterns go there and back',
    steps: [
      {
        ask: [
          'setBudget',
          {
            id: 'plans',
            definition: {
              match: { model: ['gpt-*', '!gpt-4*'] },
              per: ['user'],
              limits: [
                { amount: { by: 'plan', free: '$1', pro: '$20', default: '$0' }, window: 'day' },
              ],
              zone: 'Europe/Berlin',
              onShortage: [
                { wait: '5s' },
                { downgrade: { from: '95%', 'gpt-5': 'gpt-5-mini' } },
                'deny',
              ],
              alerts: ['80%', '100%'],
            },
          },
        ],
        answer: {
          budget: {
            definition: {
              match: { model: ['gpt-*', '!gpt-4*'] },
              zone: 'Europe/Berlin',
              onShortage: [
                { wait: '5s' },
                { downgrade: { from: '95%', 'gpt-5': 'gpt-5-mini' } },
                'deny',
              ],
              alerts: ['80%', '100%'],
            },
            limits: [
              {
                zone: 'Europe/Berlin',
                amounts: { by: 'plan', values: { free: '1000000000', pro: '20000000000' } },
              },
            ],
          },
        },
        keep: ['plans', 'budget.definition'],
      },
      {
        ask: ['setBudget', { id: 'again', definition: '$plans' }],
        answer: { budget: { id: 'again' } },
      },
      { ask: ['deleteBudget', { id: 'plans' }], answer: 'nothing' },
      { ask: ['deleteBudget', { id: 'again' }], answer: 'nothing' },
    ],
  },
  {
    title: 'a mistake in a budget is told with its path, and changes nothing',
    steps: [
      {
        ask: ['setBudget', { id: 'bad', definition: { limits: ['$5/day', '5 bananas'] } }],
        error: invalid('limits.1'),
      },
      {
        ask: ['setBudget', { id: 'bad', definition: { ...WEEK, match: { team: [3] } } }],
        error: invalid('match.team.0'),
      },
      { ask: ['setBudget', { id: 'bad', definition: {} }], error: invalid('limits') },
      { ask: ['setBudget', { id: 'bad', definition: { limit: ['$1'] } }], error: invalid('limit') },
      { ask: ['setBudget', { id: 'Bad', definition: WEEK }], error: invalid('id') },
      {
        ask: ['setBudget', { id: 'bad', definition: { ...WEEK, id: 'other' } }],
        error: invalid('id'),
      },
      { ask: ['getBudget', { id: 'bad' }], error: NOT_FOUND },
    ],
  },
  {
    title: 'top-ups and overrides raise limits, and are taken back',
    steps: [
      {
        ask: ['addAllowance', { budget: 'total', amount: '$50', note: 'invoice 7' }],
        answer: {
          allowance: {
            kind: 'top-up',
            unit: 'cost',
            amount: '50000000000',
            by: 'admin',
            note: 'invoice 7',
          },
        },
        keep: ['topUp', 'allowance.id'],
      },
      {
        ask: ['listBalances', { budget: 'total' }],
        answer: { balances: [{ limit: '70000000000' }] },
      },
      {
        ask: [
          'addAllowance',
          {
            budget: 'daily',
            amount: '-50',
            unit: 'requests',
            window: 'day',
            scope: { user: 'u1' },
            until: '2099-12-31T18:00+01:00',
          },
        ],
        answer: {
          allowance: {
            kind: 'override',
            amount: '-50',
            window: 'day',
            scope: { user: 'u1' },
            until: '2099-12-31T17:00:00.000Z',
          },
        },
        keep: ['override', 'allowance.id'],
      },
      {
        ask: ['listBalances', { budget: 'daily', label: { user: 'u1' } }],
        answer: { balances: [{ unit: 'requests', limit: '50' }, { unit: 'cost' }] },
      },
      {
        ask: ['listAllowances', {}],
        answer: { allowances: [{ id: '$topUp' }, { id: '$override' }] },
      },
      {
        ask: ['listAllowances', { budget: 'daily' }],
        answer: { allowances: [{ id: '$override' }] },
      },
      { ask: ['withdrawAllowance', { id: '$topUp' }], answer: 'nothing' },
      { ask: ['withdrawAllowance', { id: '$override' }], answer: 'nothing' },
      { ask: ['withdrawAllowance', { id: '$topUp' }], error: NOT_FOUND },
      { ask: ['withdrawAllowance', { id: 'x' }], error: invalid('id') },
      {
        ask: ['listBalances', { budget: 'total' }],
        answer: { balances: [{ limit: '20000000000' }] },
      },
    ],
  },
  {
    title: 'an allowance that cannot be is refused',
    steps: [
      { ask: ['addAllowance', { budget: 'none', amount: '$5' }], error: NOT_FOUND },
      { ask: ['addAllowance', { budget: 'total', amount: 'five' }], error: invalid('amount') },
      { ask: ['addAllowance', { budget: 'total', amount: '-$5' }], error: invalid('amount') },
      {
        ask: ['addAllowance', { budget: 'total', amount: '1.5', unit: 'cost' }],
        error: invalid('amount'),
      },
      {
        ask: ['addAllowance', { budget: 'total', amount: '$5', window: 'dya' }],
        error: invalid('window'),
      },
      {
        ask: ['addAllowance', { budget: 'total', amount: '$5', until: 'soon' }],
        error: invalid('until'),
      },
      {
        ask: ['addAllowance', { budget: 'total', amount: '$5', until: '2026-02-31' }],
        error: invalid('until'),
      },
      { ask: ['listAllowances', {}], answer: 'nothing' },
    ],
  },
  {
    title: 'every change is an entry that names who made it',
    steps: [
      { ask: ['setBudget', { id: 'noted', definition: WEEK }], answer: {} },
      {
        ask: ['listEntries', { limit: 1 }],
        answer: { entries: [{ verb: 'configure', by: 'admin' }] },
      },
      { ask: ['deleteBudget', { id: 'noted' }], answer: 'nothing' },
      {
        ask: ['listEntries', { limit: 1 }],
        answer: { entries: [{ verb: 'configure', by: 'admin' }] },
      },
      {
        ask: ['addAllowance', { budget: 'total', amount: '$1' }],
        answer: {},
        keep: ['id', 'allowance.id'],
      },
      {
        ask: ['listEntries', { limit: 1 }],
        answer: { entries: [{ verb: 'configure', by: 'admin' }] },
      },
      { ask: ['withdrawAllowance', { id: '$id' }], answer: 'nothing' },
    ],
  },
  {
    title: 'a reset clears what was committed, in one scope or in all',
    steps: [
      { ask: ['resetBudget', { budget: 'daily', scope: { user: 'u9' } }], answer: 'nothing' },
      {
        ask: ['listBalances', { budget: 'daily', label: { user: 'u1' } }],
        answer: { balances: [{ unit: 'requests', committed: '1' }, { unit: 'cost' }] },
      },
      { ask: ['resetBudget', { budget: 'daily' }], answer: 'nothing' },
      {
        ask: ['listBalances', { budget: 'daily', label: { user: 'u1' } }],
        answer: { balances: [{ remaining: '1000000000' }, { remaining: '100' }] },
      },
      { ask: ['listEntries', { limit: 1 }], answer: { entries: [{ verb: 'reset', by: 'admin' }] } },
      { ask: ['resetBudget', { budget: 'none' }], error: NOT_FOUND },
      { ask: ['backfillBudget', { budget: 'none' }], error: NOT_FOUND },
    ],
  },
  {
    title: 'who has no token may read and nothing else; a wrong one is refused everywhere',
    steps: [
      { as: 'nobody', ask: ['listBudgets', {}], answer: { budgets: [{ id: 'daily' }, {}] } },
      ...[
        'setBudget',
        'deleteBudget',
        'addAllowance',
        'withdrawAllowance',
        'resetBudget',
        'backfillBudget',
      ].flatMap((operation): Step[] => {
        const ask = [operation, { id: 'x', budget: 'daily' }] as const;
        const error = { code: 'UNAUTHENTICATED', field: 'authorization' };
        return [
          { as: 'nobody', ask, error },
          { as: 'a stranger', ask, error },
        ];
      }),
      { as: 'a stranger', ask: ['listBudgets', {}], error: { code: 'UNAUTHENTICATED' } },
      { as: 'a stranger', ask: ['exportEntries', {}], error: { code: 'UNAUTHENTICATED' } },
    ],
  },
];
