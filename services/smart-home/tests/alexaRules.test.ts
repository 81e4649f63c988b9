import { describe, expect, it } from '@jest/globals';
import { rulesBroken } from './alexaRules.ts';

const sampled = { timeOfSample: '2030-01-01T00:00:00.000Z', uncertaintyInMilliseconds: 500 };
const power = { namespace: 'Alexa.PowerController', name: 'powerState', value: 'ON', ...sampled };
const brightness = { namespace: 'Alexa.BrightnessController', name: 'brightness', value: 40, ...sampled };
const header = (name: string, namespace = 'Alexa') => ({
  namespace,
  name,
  messageId: 'm-1',
  correlationToken: 'c-1',
  payloadVersion: '3',
});
const { correlationToken: _none, ...reportHeader } = header('ChangeReport');
const endpoint = { scope: { type: 'BearerToken', token: 't' }, endpointId: 'bulb-1' };

const response = {
  event: { header: header('Response'), endpoint, payload: {} },
  context: { properties: [power, brightness] },
};
const report = {
  event: {
    header: reportHeader,
    endpoint,
    payload: { change: { cause: { type: 'PHYSICAL_INTERACTION' }, properties: [power] } },
  },
  context: { properties: [brightness] },
};
const deferred = {
  event: { header: header('DeferredResponse'), payload: { estimatedDeferralInSeconds: 6 } },
};
const refusal = {
  event: { header: header('ErrorResponse'), endpoint, payload: { type: 'ENDPOINT_UNREACHABLE', message: 'off' } },
};

/** A copy in which one place has another value; `undefined` takes it away. */
function changed(whole: object, path: string, value: unknown): unknown {
  const copy = structuredClone(whole) as Record<string, unknown>;
  const steps = path.split('.');
  const last = steps.pop() as string;
  const place = steps.reduce((at, step) => at[step] as Record<string, unknown>, copy);
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}

describe('the rules of what is said to Alexa', () => {
  it.each([
    ['gateway', response],
    ['gateway', report],
    ['gateway', refusal],
    ['direct', deferred],
  ] as const)('are kept at the %s by %j', (said, message) => {
    expect(rulesBroken(said, message)).toEqual([]);
  });

  it.each([
    ['gateway', response, 'event.header.messageId', 'directive-1.answer'],
    ['gateway', response, 'event.header.messageId', 'm'.repeat(128)],
    ['gateway', response, 'event.header.payloadVersion', '2'],
    ['gateway', response, 'event.header.correlationToken', undefined],
    ['gateway', response, 'event.endpoint.scope', undefined],
    ['gateway', response, 'event.endpoint.endpointId', 'bulb 1'],
    ['gateway', response, 'event.payload', { state: 'ON' }],
    ['gateway', response, 'context', undefined],
    ['gateway', response, 'context.properties', []],
    ['gateway', response, 'context.properties.0.value', 'on'],
    ['gateway', response, 'context.properties.0.timeOfSample', '2030-01-01T00:00:00+01:00'],
    ['gateway', response, 'context.properties.0.uncertaintyInMilliseconds', undefined],
    ['gateway', response, 'context.properties.1', power],
    ['gateway', response, 'context.properties.1.value', 101],
    ['gateway', report, 'event.header.correlationToken', 'c-1'],
    ['gateway', report, 'event.payload.change.cause.type', 'BOREDOM'],
    ['gateway', report, 'event.payload.change.properties', []],
    ['gateway', report, 'context.properties.0', power],
    ['gateway', refusal, 'event.payload.type', 'OUT_OF_LUCK'],
    ['gateway', refusal, 'event.payload.message', undefined],
    ['gateway', deferred, 'event.payload', {}],
    ['direct', deferred, 'event.header.correlationToken', undefined],
    ['direct', deferred, 'event.endpoint', { endpointId: 'bulb-1' }],
    ['direct', deferred, 'event.payload.estimatedDeferralInSeconds', 1.5],
    ['direct', response, 'event.payload', {}],
  ] as const)('are broken at the %s by %j with another %s: %j', (said, message, path, value) => {
    expect(rulesBroken(said, changed(message, path, value))).not.toEqual([]);
  });
});
