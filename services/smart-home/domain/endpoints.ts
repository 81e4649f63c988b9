import type { DeviceApi } from '@arcade/events/contracts/smart-home';
import type { Device } from './ports.ts';

/** A device as Alexa is told of it: developer.amazon.com/docs/alexa/device-apis/alexa-discovery-objects.html */
export interface DiscoveredEndpoint {
  endpointId: string;
  manufacturerName: string;
  friendlyName: string;
  description: string;
  displayCategories: string[];
  /** Alexa keeps it, and gives it back with each directive. */
  cookie: { api: DeviceApi; account: string };
  capabilities: Capability[];
}

interface Capability {
  type: 'AlexaInterface';
  interface: string;
  version: '3';
  properties?: { supported: { name: string }[]; proactivelyReported: boolean; retrievable: boolean };
}

/** The most that one answer may name. */
const MOST_ENDPOINTS = 300;
/** The most characters of a name or a description. */
const LONGEST = 128;
/** What Alexa takes as a device's id, by its published message schema. */
export const ENDPOINT_ID = /^[a-zA-Z0-9_\-=#;:?@&]{1,256}$/;

const capability = (name: string, property: string, proactivelyReported: boolean): Capability => ({
  type: 'AlexaInterface',
  interface: name,
  version: '3',
  properties: { supported: [{ name: property }], proactivelyReported, retrievable: true },
});

/** Only of an API that pushes do we learn what somebody does by hand. */
const PUSHING: readonly DeviceApi[] = ['push', 'optimistic'];

function endpointOf(account: string, { deviceId, name, api }: Device): DiscoveredEndpoint {
  const isReported = PUSHING.includes(api);
  return {
    endpointId: deviceId,
    manufacturerName: 'Serverless Arcade',
    friendlyName: name.slice(0, LONGEST),
    description: `A bulb whose API is of the kind ${api}`,
    displayCategories: ['LIGHT'],
    cookie: { api, account },
    capabilities: [
      { type: 'AlexaInterface', interface: 'Alexa', version: '3' },
      capability('Alexa.PowerController', 'powerState', isReported),
      capability('Alexa.BrightnessController', 'brightness', isReported),
      capability('Alexa.EndpointHealth', 'connectivity', false),
    ],
  };
}

/** What Alexa is told of, and how many devices she is not told of although they are served. */
export interface Told {
  endpoints: DiscoveredEndpoint[];
  /** Their id is none that Alexa takes, or they have no name. */
  unfit: number;
  /** There are more than one answer may name. */
  beyond: number;
}

/** The devices of an account as Alexa is told of them: those that are served here, and whose id Alexa takes. */
export function endpointsOf(account: string, devices: readonly Device[], serves: ReadonlySet<DeviceApi>): Told {
  const served = devices.filter(({ api }) => serves.has(api));
  const fit = served.filter(({ deviceId, name }) => ENDPOINT_ID.test(deviceId) && name !== '');
  return {
    endpoints: fit.slice(0, MOST_ENDPOINTS).map((device) => endpointOf(account, device)),
    unfit: served.length - fit.length,
    beyond: Math.max(0, fit.length - MOST_ENDPOINTS),
  };
}
