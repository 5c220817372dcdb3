// What OpenTelemetry's variables make of a process: its service and its environment.
import { expect, test } from 'vitest';
import { resourceLabels } from './resource-labels.ts';

test.each([
  ['nothing set', {}, {}],
  ['a service', { OTEL_SERVICE_NAME: ' checkout ' }, { service: 'checkout' }],
  [
    'attributes, percent-encoded, others left alone',
    {
      OTEL_RESOURCE_ATTRIBUTES:
        'service.name=a%2Cb, host.name=x,deployment.environment.name=prod,junk',
    },
    { service: 'a,b', environment: 'prod' },
  ],
  [
    'the variable of its own goes before the attribute',
    { OTEL_SERVICE_NAME: 'checkout', OTEL_RESOURCE_ATTRIBUTES: 'service.name=other' },
    { service: 'checkout' },
  ],
  [
    'the new name of the environment before the old one',
    {
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=old,deployment.environment.name=new',
    },
    { environment: 'new' },
  ],
  [
    'the old name alone',
    { OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=old' },
    { environment: 'old' },
  ],
  ['one that is broken voids them all', { OTEL_RESOURCE_ATTRIBUTES: 'service.name=%,a=b' }, {}],
])('%s', (_, env, labels) => {
  expect(resourceLabels(env)).toEqual(labels);
});

test('what can be no label is refused by name', () => {
  expect(() => resourceLabels({ OTEL_SERVICE_NAME: 'x'.repeat(257) })).toThrow(
    /resource\.service: the value is longer than 256 bytes/u,
  );
});
