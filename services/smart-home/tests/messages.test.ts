import { answerReady, changeReady } from '@arcade/events/contracts/smart-home';
import { buildEvent } from '@arcade/events/testing';
import { describe, expect, it } from '@jest/globals';
import { gatewayMessageOf, messageIdOf } from '../domain/messages.ts';
import { rulesBroken } from './alexaRules.ts';
import { NOW_MS } from './parts.ts';

const device = { account: 'ann', endpointId: 'bulb-1', api: 'push' } as const;
const deferred = {
  ...device,
  directiveId: 'directive-1',
  correlationToken: 'correlation-1',
  receivedAtMs: NOW_MS,
  answerByMs: NOW_MS + 6000,
};
const state = { power: 'ON', brightness: 40, sampledAtMs: NOW_MS } as const;
type Outcome = Parameters<typeof buildEvent<string, (typeof answerReady)['detail']>>[1]['outcome'];

const answered = (outcome: Outcome, id = 'directive-1.answer', api: 'push' | 'optimistic' = 'push') =>
  gatewayMessageOf(buildEvent(answerReady, { ...deferred, api, outcome }, { id }), 'amazons-token');
const reported = (changed: ('power' | 'brightness')[], reachable?: boolean) => {
  const change = { ...device, cause: 'PHYSICAL_INTERACTION', state, changed, reachable } as const;
  return gatewayMessageOf(buildEvent(changeReady, change, { id: 'delivery-1.change' }), 'amazons-token');
};
const namesOf = (properties: readonly { name: string }[] = []) => properties.map(({ name }) => name);

describe('a message to the event gateway', () => {
  it('answers a directive: by its correlation token, with the customer’s grant, and all that is known of the device', () => {
    const message = answered({ kind: 'response', state });

    expect(rulesBroken('gateway', message)).toEqual([]);
    expect(message.event.header).toMatchObject({ name: 'Response', correlationToken: 'correlation-1' });
    expect(message.event.endpoint).toEqual({
      scope: { type: 'BearerToken', token: 'amazons-token' },
      endpointId: 'bulb-1',
    });
    expect(message.context?.properties.map(({ name, value }) => [name, value])).toEqual([
      ['powerState', 'ON'],
      ['brightness', 40],
      ['connectivity', { value: 'OK' }],
    ]);
  });

  it.each([
    [{ power: 'OFF', sampledAtMs: NOW_MS } as const, ['powerState']],
    [{ brightness: 7, sampledAtMs: NOW_MS }, ['brightness']],
    [state, ['powerState', 'brightness']],
  ])('says no more than is known before the vendor has answered: %j', (expected, names) => {
    const message = answered({ kind: 'response', state: expected }, 'directive-1.answer', 'optimistic');

    expect(rulesBroken('gateway', message)).toEqual([]);
    expect(namesOf(message.context?.properties)).toEqual(names);
  });

  it('tells of an error in Alexa’s words, and within which values it would have gone well', () => {
    const unreachable = answered({ kind: 'error', error: 'ENDPOINT_UNREACHABLE', message: 'no answer' });
    const outOfRange = answered({ kind: 'error', error: 'VALUE_OUT_OF_RANGE', message: 'too bright' });

    expect([unreachable, outOfRange].flatMap((one) => rulesBroken('gateway', one))).toEqual([]);
    expect(unreachable.event.header).toMatchObject({ name: 'ErrorResponse', correlationToken: 'correlation-1' });
    expect(unreachable.event.payload).toEqual({ type: 'ENDPOINT_UNREACHABLE', message: 'no answer' });
    expect(outOfRange.event.payload).toMatchObject({ validRange: { minimumValue: 0, maximumValue: 100 } });
  });

  it.each([
    [['power'] as const, ['powerState'], ['brightness', 'connectivity']],
    [['brightness'] as const, ['brightness'], ['powerState', 'connectivity']],
    [['power', 'brightness'] as const, ['powerState', 'brightness'], ['connectivity']],
  ])('reports a change of %j apart from what has not changed, and answers nothing', (changed, inside, beside) => {
    const message = reported([...changed]);

    expect(rulesBroken('gateway', message)).toEqual([]);
    const { change } = message.event.payload as { change: { cause: object; properties: { name: string }[] } };
    expect(change.cause).toEqual({ type: 'PHYSICAL_INTERACTION' });
    expect(namesOf(change.properties)).toEqual(inside);
    expect(namesOf(message.context?.properties)).toEqual(beside);
  });

  it.each([
    [undefined, 'OK'],
    [true, 'OK'],
    [false, 'UNREACHABLE'],
  ])('says whether a device that has changed is reached: %s', (reachable, value) => {
    const message = reported(['power'], reachable);

    expect(rulesBroken('gateway', message)).toEqual([]);
    expect(message.context?.properties).toMatchObject([
      { name: 'brightness' },
      { name: 'connectivity', value: { value } },
    ]);
  });

  it('is the same message when it is sent again, and another one of another event', () => {
    const ids = ['directive-1.answer', 'directive-1.answer', 'directive-2.answer'].map(
      (id) => answered({ kind: 'response', state }, id).event.header.messageId,
    );

    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
    expect(messageIdOf('directive-1.answer')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});
