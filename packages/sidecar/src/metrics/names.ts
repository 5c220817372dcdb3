// Every metric the sidecar reports: name, unit, meaning. Attribute names are in ATTRIBUTES.

export const METRICS = {
  budgetLimit: {
    name: 'spendfuse.budget.limit',
    unit: '1',
    description: 'The ceiling in force, in USD, tokens or requests',
  },
  budgetCommitted: {
    name: 'spendfuse.budget.committed',
    unit: '1',
    description: 'Spent in the current window, in USD, tokens or requests',
  },
  budgetReserved: {
    name: 'spendfuse.budget.reserved',
    unit: '1',
    description: 'Held for calls in flight, in USD, tokens or requests',
  },
  budgetRemaining: {
    name: 'spendfuse.budget.remaining',
    unit: '1',
    description: 'Neither spent nor held, in USD, tokens or requests',
  },
  decisions: { name: 'spendfuse.decisions', unit: '{call}', description: 'Calls decided' },
  usageTokens: { name: 'spendfuse.usage.tokens', unit: '{token}', description: 'Tokens committed' },
  usageCost: { name: 'spendfuse.usage.cost', unit: '{USD}', description: 'Cost committed, in USD' },
  reserveDuration: {
    name: 'spendfuse.reserve.duration',
    unit: 's',
    description: 'From a reserve to its durable answer, waiting for room included',
  },
  commitDuration: {
    name: 'spendfuse.commit.duration',
    unit: 's',
    description: 'From a commit to its durable answer',
  },
  estimateError: {
    name: 'spendfuse.estimate.error',
    unit: '1',
    description: 'Tokens held for a call, by those it used; below 1 it used more',
  },
  overruns: {
    name: 'spendfuse.overruns',
    unit: '{call}',
    description: 'Calls that cost more than they had reserved',
  },
  expired: {
    name: 'spendfuse.expired',
    unit: '{reservation}',
    description: 'Reservations that ran out before they were settled',
  },
  unpriced: {
    name: 'spendfuse.unpriced',
    unit: '{call}',
    description: 'Calls of models without a price',
  },
  failures: {
    name: 'spendfuse.store.failures',
    unit: '{failure}',
    description: 'Verbs that could not be carried out, for a reason of ours',
  },
  alerts: {
    name: 'spendfuse.alerts',
    unit: '{alert}',
    description: 'Alerts told, and what became of them at each webhook',
  },
  configReloads: {
    name: 'spendfuse.config.reloads',
    unit: '{reload}',
    description: 'Times the budgets file was read again',
  },
  processMemory: {
    name: 'process.memory.usage',
    unit: 'By',
    description: 'Resident memory of the sidecar',
  },
  processCpu: { name: 'process.cpu.time', unit: 's', description: 'Processor time of the sidecar' },
  processUptime: { name: 'process.uptime', unit: 's', description: 'Since the sidecar started' },
} as const;

export const ATTRIBUTES = {
  budget: 'budget',
  unit: 'unit',
  window: 'window',
  /** `team=search,user=u1`; empty for a budget without `per`. */
  scope: 'scope',
  decision: 'decision',
  reason: 'reason',
  provider: 'provider',
  model: 'model',
  tokenType: 'token_type',
  outcome: 'outcome',
  event: 'event',
  verb: 'verb',
  code: 'code',
  cpuMode: 'cpu.mode',
} as const;
