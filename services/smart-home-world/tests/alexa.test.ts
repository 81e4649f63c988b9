import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import {
  acceptGrant,
  directiveTo,
  discover,
  endpointsIn,
  propertiesOf,
  skillMessage,
  withoutSecrets,
} from '../domain/alexa.ts';
import { messageOf } from './parts.ts';

const parts = { messageId: 'm-1', token: 'secret' };
const scope = { type: 'BearerToken', token: 'secret' };

describe('a directive', () => {
  it('to a device has all that Alexa sends', () => {
    const asked = { namespace: 'Alexa.BrightnessController', name: 'SetBrightness', payload: { brightness: 40 } };
    const endpoint = { endpointId: 'desk-lamp', friendlyName: 'desk lamp', cookie: { api: 'sync' } };

    expect(directiveTo(endpoint, asked, { ...parts, correlationToken: 't-1' })).toEqual({
      directive: {
        header: {
          namespace: 'Alexa.BrightnessController',
          name: 'SetBrightness',
          messageId: 'm-1',
          payloadVersion: '3',
          correlationToken: 't-1',
        },
        endpoint: { scope, endpointId: 'desk-lamp', cookie: { api: 'sync' } },
        payload: { brightness: 40 },
      },
    });
  });

  it('that asks for devices names the customer in its payload, and no device', () => {
    expect(discover(parts)).toEqual({
      directive: {
        header: { namespace: 'Alexa.Discovery', name: 'Discover', messageId: 'm-1', payloadVersion: '3' },
        payload: { scope },
      },
    });
  });

  it('that hands over a code names the customer as the grantee', () => {
    expect(acceptGrant({ ...parts, code: 'code-1' })).toEqual({
      directive: {
        header: { namespace: 'Alexa.Authorization', name: 'AcceptGrant', messageId: 'm-1', payloadVersion: '3' },
        payload: { grant: { type: 'OAuth2.AuthorizationCode', code: 'code-1' }, grantee: scope },
      },
    });
  });
});

describe('what is shown', () => {
  it('has neither tokens nor codes, and all else', () => {
    const shown = JSON.stringify(withoutSecrets(acceptGrant({ ...parts, code: 'code-1' })));

    expect(shown).not.toMatch(/secret|code-1/);
    expect(withoutSecrets(acceptGrant({ ...parts, code: 'code-1' })).directive.payload).toEqual({
      grant: { type: 'OAuth2.AuthorizationCode', code: '•••' },
      grantee: { type: 'BearerToken', token: '•••' },
    });
    expect(withoutSecrets({ token: { kept: 1 }, other: 'x' })).toEqual({ token: { kept: 1 }, other: 'x' });
  });
});

describe('a message of the skill’s', () => {
  const fits = (message: unknown) => z.safeParse(skillMessage, message).success;
  const timeOfSample = '2030-01-01T00:00:00.000Z';
  const property = { namespace: 'Alexa', name: 'powerState', value: 'ON', timeOfSample };
  const changed = (change: object) => fits(messageOf({ payload: change }));

  it.each([
    ['an id of one character', messageOf({ header: { messageId: 'x' } })],
    ['an id of 128', messageOf({ header: { messageId: 'x'.repeat(128) } })],
    ['a token of one character', messageOf({ header: { correlationToken: 'x' } })],
    ['no context', { ...messageOf(), context: undefined }],
    ['a context without properties', { ...messageOf(), context: {} }],
    ['no endpoint', messageOf({ endpoint: undefined })],
    ['more than is read', { ...messageOf(), more: 1 }],
  ])('may have %s', (_what, message) => {
    expect(fits(message)).toBe(true);
  });

  it.each([
    ['no namespace', messageOf({ header: { namespace: undefined } })],
    ['no name', messageOf({ header: { name: undefined } })],
    ['an empty id', messageOf({ header: { messageId: '' } })],
    ['an id of 129', messageOf({ header: { messageId: 'x'.repeat(129) } })],
    ['an empty correlation token', messageOf({ header: { correlationToken: '' } })],
    ['an endpoint whose id is none', messageOf({ endpoint: { endpointId: 7 } })],
    ['a scope without its type', messageOf({ endpoint: { scope: { token: 'x' } } })],
    ['a scope without its token', messageOf({ endpoint: { scope: { type: 'BearerToken' } } })],
    ['an endpoint that is none', { event: { ...messageOf().event, endpoint: 'desk-lamp' } }],
    ['no payload', { event: { ...messageOf().event, payload: undefined } }],
    ['a type that is no text', messageOf({ payload: { type: 7 } })],
    ['devices that are no list', messageOf({ payload: { endpoints: {} } })],
    ['a context that is none', { ...messageOf(), context: 'none' }],
    ['properties that are no list', { ...messageOf(), context: { properties: {} } }],
  ])('may not have %s', (_what, message) => {
    expect(fits(message)).toBe(false);
  });

  it.each(['namespace', 'name', 'timeOfSample'])('has properties with a %s', (name) => {
    expect(changed({ change: { properties: [property] } })).toBe(true);
    expect(changed({ change: { properties: [{ ...property, [name]: undefined }] } })).toBe(false);
    expect(fits({ ...messageOf(), context: { properties: [{ ...property, [name]: undefined }] } })).toBe(false);
  });

  it('tells of the properties of its context, and of those that have changed', () => {
    const message = messageOf({ properties: [['brightness', 4]], payload: { change: { properties: [property] } } });

    expect(propertiesOf(message).map(({ name }) => name)).toEqual(['brightness', 'powerState']);
    const { context: _context, ...bare } = messageOf({ payload: { change: { properties: [property] } } });
    expect(propertiesOf(bare).map(({ name }) => name)).toEqual(['powerState']);
  });

  it('tells of the devices that can be spoken to, and leaves out what is none', () => {
    const one = { endpointId: 'e', friendlyName: 'n', cookie: { api: 'sync' }, more: 1 };

    expect(endpointsIn(messageOf({ payload: { endpoints: [one, { endpointId: 'x' }, 'y'] } }))).toEqual([
      { endpointId: 'e', friendlyName: 'n', cookie: { api: 'sync' } },
    ]);
    expect(endpointsIn(messageOf())).toEqual([]);
  });
});
