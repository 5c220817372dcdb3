// Labels that a process has without being given any: what OpenTelemetry's variables say it is.
import { checkLabels, type Labels } from '@spendfuse/core';

type Env = Readonly<Record<string, string | undefined>>;

/** Attributes of the resource, and the labels they become; the first that is there counts. */
const LABELS = [
  ['service.name', 'service'],
  ['deployment.environment.name', 'environment'],
  // Its name until 2024.
  ['deployment.environment', 'environment'],
] as const;

/** @throws SpendfuseError `INVALID_ARGUMENT` for a value that can be no label. */
export function resourceLabels(env: Env): Labels {
  const attributes = resourceAttributes(env['OTEL_RESOURCE_ATTRIBUTES'] ?? '');
  const serviceName = env['OTEL_SERVICE_NAME']?.trim();
  if (serviceName) attributes.set('service.name', serviceName);
  const labels: Record<string, string> = {};
  for (const [attribute, label] of LABELS) {
    const value = attributes.get(attribute);
    if (value) labels[label] ??= value;
  }
  checkLabels(labels, 'resource');
  return labels;
}

/** `name=value,…`, values percent-encoded. As OpenTelemetry does, one that is broken voids them all. */
function resourceAttributes(text: string): Map<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const];
  });
  try {
    return new Map(pairs.map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    return new Map();
  }
}
