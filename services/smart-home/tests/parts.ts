import type { Command, DeviceApi } from '@arcade/events/contracts/smart-home';
import type { EntryParts } from '../domain/entry.ts';
import type { Device, Vendor } from '../domain/ports.ts';

/** 2030-01-01T00:00:00Z, where the virtual clock starts. */
export const NOW_MS = 1_893_456_000_000;

/** The device that a directive of these tests is for. */
export const ENDPOINT = {
  endpointId: 'bulb-1',
  account: 'ann',
  api: 'sync' as DeviceApi,
  token: 'vendor-token-of-ann',
};

/** Whatever Alexa says: `said('Alexa.PowerController', 'TurnOn')`. */
export function said(
  namespace: string,
  name: string,
  payload: Record<string, unknown> = {},
  overrides: { header?: Record<string, unknown>; endpoint?: Record<string, unknown> | undefined } = {},
) {
  const { account, api, token, endpointId } = ENDPOINT;
  const scope = { type: 'BearerToken', token };
  return {
    directive: {
      header: {
        namespace,
        name,
        messageId: 'directive-1',
        correlationToken: 'correlation-1',
        payloadVersion: '3',
        ...overrides.header,
      },
      endpoint: { endpointId, scope, cookie: { account, api }, ...overrides.endpoint },
      payload,
    },
  };
}

/** What Alexa says to have a bulb do something. */
export function ordered(command: Command, endpoint: Partial<typeof ENDPOINT> = {}, header = {}) {
  const { account, api, token, endpointId } = { ...ENDPOINT, ...endpoint };
  const overrides = {
    header,
    endpoint: { endpointId, scope: { type: 'BearerToken', token }, cookie: { account, api } },
  };
  if (command.power !== undefined) {
    return said('Alexa.PowerController', command.power === 'ON' ? 'TurnOn' : 'TurnOff', {}, overrides);
  }
  if (command.brightness !== undefined) {
    return said('Alexa.BrightnessController', 'SetBrightness', { brightness: command.brightness }, overrides);
  }
  const { brightnessDelta } = command;
  return said('Alexa.BrightnessController', 'AdjustBrightness', { brightnessDelta }, overrides);
}

/** What Alexa says to hear which devices there are. */
export function discovery(token = ENDPOINT.token) {
  const header = { namespace: 'Alexa.Discovery', name: 'Discover', messageId: 'directive-1', payloadVersion: '3' };
  return { directive: { header, payload: { scope: { type: 'BearerToken', token } } } };
}

/** What Alexa says when a customer has allowed the skill to speak to her by itself. */
export function grantOffered(code = 'code-1', token = ENDPOINT.token) {
  const header = {
    namespace: 'Alexa.Authorization',
    name: 'AcceptGrant',
    messageId: 'directive-1',
    payloadVersion: '3',
  };
  const grant = { type: 'OAuth2.AuthorizationCode', code };
  return { directive: { header, payload: { grant, grantee: { type: 'BearerToken', token } } } };
}

export const deviceOf = (overrides: Partial<Device> = {}): Device => ({
  deviceId: ENDPOINT.endpointId,
  name: 'kitchen light',
  api: 'sync',
  state: { power: 'OFF', brightness: 40 },
  reachable: true,
  ...overrides,
});

/** A vendor with one device, which does at once what it is told. */
export const vendorOf = (overrides: Partial<Vendor> = {}): Vendor => ({
  account: async () => ({ account: ENDPOINT.account, grants: 'table' }),
  devices: async () => [deviceOf()],
  device: async (_token, deviceId) => ({ ...deviceOf({ deviceId }), sampledAtMs: NOW_MS }),
  command: async () => ({ kind: 'done', state: { power: 'ON', brightness: 40 }, changedAtMs: NOW_MS }),
  request: async () => ({ kind: 'done', state: { power: 'ON', brightness: 40 }, changedAtMs: NOW_MS }),
  subscribe: async () => {},
  ...overrides,
});

/** What the skill's function stands on, with ids `message-1`, `message-2`. */
export function entryParts(overrides: Partial<EntryParts> = {}): EntryParts {
  let ids = 0;
  return {
    now: () => NOW_MS,
    newId: () => `message-${++ids}`,
    pause: () => new Promise(() => {}),
    vendor: vendorOf(),
    defer: async () => {},
    tellOthers: async () => {},
    acceptGrant: async () => {},
    serves: new Set<DeviceApi>(['sync', 'push', 'polling', 'optimistic']),
    deferredAnswerSeconds: 6,
    callbackUrl: undefined,
    warn: () => {},
    ...overrides,
  };
}
