// Names of alerts in OpenTelemetry: the event, and the attributes of its log record.
export const ALERT_EVENT_NAME = 'spendfuse.alert';

export const ALERT_ATTRIBUTES = {
  id: 'spendfuse.alert.id',
  /** `threshold`, `denied`, … */
  event: 'spendfuse.alert.event',
  severity: 'spendfuse.alert.severity',
  count: 'spendfuse.alert.count',
  threshold: 'spendfuse.alert.threshold',
  budget: 'spendfuse.budget',
  scope: 'spendfuse.scope',
  unit: 'spendfuse.unit',
  window: 'spendfuse.window',
  reason: 'spendfuse.reason',
  limit: 'spendfuse.limit',
  committed: 'spendfuse.committed',
  reserved: 'spendfuse.reserved',
  provider: 'gen_ai.provider.name',
  model: 'gen_ai.request.model',
} as const;
