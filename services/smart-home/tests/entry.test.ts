import type { Command, DeviceApi, DirectiveAnswered, DirectiveDeferred } from '@arcade/events/contracts/smart-home';
import { describe, expect, it } from '@jest/globals';
import { ANSWER_MS, answer } from '../domain/entry.ts';
import type { AlexaMessage } from '../domain/messages.ts';
import { VendorRefusal } from '../domain/refusal.ts';
import { rulesBroken } from './alexaRules.ts';
import { deviceOf, discovery, ENDPOINT, entryParts, grantOffered, NOW_MS, ordered, said, vendorOf } from './parts.ts';

/** The answer, after it has been looked at: it keeps Alexa's rules. */
async function answered(event: unknown, overrides: Parameters<typeof entryParts>[0] = {}): Promise<AlexaMessage> {
  const message = await answer(entryParts(overrides), event);
  expect(rulesBroken('direct', message)).toEqual([]);
  return message;
}

const unreached = new VendorRefusal('ENDPOINT_UNREACHABLE', 'no answer in time', { retryable: true });

/** The name of a message, and the type of an error. */
const gist = ({ event: { header, payload } }: AlexaMessage) => [header.name, ...(payload.type ? [payload.type] : [])];

/** Takes what is warned of, with its reason. */
function warnings() {
  const warned: string[] = [];
  const warn = (text: string, error: unknown) => void warned.push(`${text}: ${(error as Error).message}`);
  return { warned, warn };
}

describe('what a device is to do', () => {
  it.each<[string, Command]>([
    ['TurnOn', { power: 'ON' }],
    ['TurnOff', { power: 'OFF' }],
    ['SetBrightness', { brightness: 0 }],
    ['SetBrightness', { brightness: 100 }],
    ['AdjustBrightness', { brightnessDelta: -100 }],
    ['AdjustBrightness', { brightnessDelta: 25 }],
  ])('is handed on, and answered later: %s %j', async (_name, command) => {
    const handedOn: DirectiveDeferred[] = [];

    const message = await answered(ordered(command), { defer: async (event) => void handedOn.push(event) });

    expect(handedOn).toEqual([
      {
        id: 'directive-1',
        time: '2030-01-01T00:00:00.000Z',
        correlationId: 'directive-1',
        type: 'smart_home.directive_deferred',
        source: 'smart-home',
        version: 1,
        detail: {
          directiveId: 'directive-1',
          correlationToken: 'correlation-1',
          ...ENDPOINT,
          command,
          receivedAtMs: NOW_MS,
          answerByMs: NOW_MS + 6000,
        },
      },
    ]);
    expect(message).toEqual({
      event: {
        header: {
          namespace: 'Alexa',
          name: 'DeferredResponse',
          messageId: 'message-1',
          correlationToken: 'correlation-1',
          payloadVersion: '3',
        },
        payload: { estimatedDeferralInSeconds: 6 },
      },
    });
  });

  it('is refused when it could not be handed on: a DeferredResponse would have the customer wait in vain', async () => {
    const warned: unknown[] = [];
    const defer = async () => {
      throw new Error('no topic');
    };

    const message = await answered(ordered({ power: 'ON' }), { defer, warn: (text) => warned.push(text) });

    expect(gist(message)).toEqual(['ErrorResponse', 'INTERNAL_ERROR']);
    expect(message.event.header.correlationToken).toBe('correlation-1');
    expect(warned).toEqual(['a directive was not handed on']);
  });

  it.each([
    [{ brightness: 101 }, 0],
    [{ brightnessDelta: 101 }, -100],
  ])('is refused with the values that it could have had: %j, not below %d', async (command, minimumValue) => {
    const { event } = await answered(ordered(command));

    expect(event.payload.validRange).toEqual({ minimumValue, maximumValue: 100 });
  });

  it.each<[string, unknown, string]>([
    ['too bright', ordered({ brightness: 101 }), 'VALUE_OUT_OF_RANGE'],
    ['less than dark', ordered({ brightness: -1 }), 'VALUE_OUT_OF_RANGE'],
    ['much less bright', ordered({ brightnessDelta: -101 }), 'VALUE_OUT_OF_RANGE'],
    ['half a per cent', ordered({ brightness: 0.5 }), 'INVALID_VALUE'],
    ['no number', said('Alexa.BrightnessController', 'SetBrightness', { brightness: '40' }), 'INVALID_VALUE'],
    ['no value', said('Alexa.BrightnessController', 'AdjustBrightness', {}), 'INVALID_VALUE'],
    ['another interface', said('Alexa.ColorController', 'SetColor'), 'INVALID_DIRECTIVE'],
    ['a name of Object', said('constructor', 'constructor'), 'INVALID_DIRECTIVE'],
    ['no correlation token', ordered({ power: 'ON' }, {}, { correlationToken: undefined }), 'INVALID_DIRECTIVE'],
    ['an id of another', ordered({ power: 'ON' }, { endpointId: 'bulb 1' }), 'NO_SUCH_ENDPOINT'],
    ['no account', ordered({ power: 'ON' }, { account: '' }), 'NO_SUCH_ENDPOINT'],
    ['no kind', ordered({ power: 'ON' }, { api: 'telepathy' as DeviceApi }), 'NO_SUCH_ENDPOINT'],
    ['no token', ordered({ power: 'ON' }, { token: '' }), 'NO_SUCH_ENDPOINT'],
  ])('is refused at once when it cannot be done: %s', async (_what, event, type) => {
    const defer = () => expect('nothing').toBe('handed on') as never;

    expect(gist(await answered(event, { defer }))).toEqual(['ErrorResponse', type]);
  });

  it('is refused at once for a device of a kind that the network has no processor for', async () => {
    const serves = new Set<DeviceApi>(['sync']);
    const defer = async () => {};

    const own = await answered(ordered({ power: 'ON' }, { api: 'sync' }), { serves, defer });
    const other = await answered(ordered({ power: 'ON' }, { api: 'push' }), { serves, defer });

    expect(gist(own)).toEqual(['DeferredResponse']);
    expect(gist(other)).toEqual(['ErrorResponse', 'INVALID_DIRECTIVE']);
  });
});

describe('discovery', () => {
  it('tells of the devices, each with its capabilities, and what will be reported of it unasked', async () => {
    const devices = (['sync', 'push', 'polling', 'optimistic'] as const).map((api) => deviceOf({ deviceId: api, api }));
    const vendor = vendorOf({ devices: async () => devices });

    const { event } = await answered(discovery(), { vendor });

    const { endpoints } = event.payload as { endpoints: Record<string, unknown>[] };
    const reported = (one: (typeof endpoints)[number]) =>
      (one.capabilities as { interface: string; properties?: { proactivelyReported: boolean } }[]).flatMap(
        (capability) => (capability.properties?.proactivelyReported ? [capability.interface] : []),
      );
    expect(endpoints.map((one) => [one.endpointId, one.friendlyName, one.cookie])).toEqual(
      devices.map(({ api }) => [api, 'kitchen light', { api, account: 'ann' }]),
    );
    const both = ['Alexa.PowerController', 'Alexa.BrightnessController'];
    expect(endpoints.map(reported)).toEqual([[], both, [], both]);
  });

  it('asks the vendor, with the customer’s token, to push what hands do, where somebody takes pushes', async () => {
    const asked: string[][] = [];
    const vendor = vendorOf({ subscribe: async (...all) => void asked.push(all) });

    await answered(discovery('token-of-ben'), { vendor, callbackUrl: 'https://push.example.com/changes' });
    await answered(discovery('token-of-ben'), { vendor, callbackUrl: undefined });

    expect(asked).toEqual([['token-of-ben', 'https://push.example.com/changes']]);
  });

  it.each([
    ['the token has expired', vendorOf({ account: () => Promise.reject(unreached) })],
    ['the devices cannot be had', vendorOf({ devices: () => Promise.reject(unreached) })],
  ])('tells of no devices, and of no error, when %s', async (_why, vendor) => {
    const { event } = await answered(discovery(), { vendor });

    expect(event.payload).toEqual({ endpoints: [] });
  });

  it('tells of devices also when the vendor does not promise to push', async () => {
    const warned: string[] = [];
    const vendor = vendorOf({ subscribe: () => Promise.reject(unreached) });

    const { event } = await answered(discovery(), {
      vendor,
      callbackUrl: 'https://push.example.com/changes',
      warn: (text) => warned.push(text),
    });

    expect((event.payload as { endpoints: unknown[] }).endpoints).toHaveLength(1);
    expect(warned).toEqual(['the vendor does not push what hands do']);
  });

  it('leaves out what is not served here, and what Alexa would not take', async () => {
    const devices = [
      deviceOf({ deviceId: 'bulb 1' }),
      deviceOf({ deviceId: 'b'.repeat(257) }),
      deviceOf({ deviceId: 'bulb-2', name: '' }),
      deviceOf({ deviceId: 'bulb-3', api: 'push' }),
      deviceOf({ deviceId: 'bulb-4', name: 'n'.repeat(200) }),
    ];
    const vendor = vendorOf({ devices: async () => devices });
    const { warn, warned } = warnings();

    const { event } = await answered(discovery(), { vendor, serves: new Set<DeviceApi>(['sync']), warn });

    const { endpoints } = event.payload as { endpoints: { endpointId: string; friendlyName: string }[] };
    expect(endpoints.map((one) => [one.endpointId, one.friendlyName.length])).toEqual([['bulb-4', 128]]);
    // What is not served here is no surprise.
    expect(warned).toEqual([
      'devices are not told of: 3 with an id or a name that Alexa does not take, 0 beyond the most that she takes',
    ]);
  });

  it('tells of three hundred devices at the most', async () => {
    const devices = Array.from({ length: 301 }, (_, at) => deviceOf({ deviceId: `bulb-${at}` }));

    const { warn, warned } = warnings();

    const { event } = await answered(discovery(), { vendor: vendorOf({ devices: async () => devices }), warn });

    expect((event.payload as { endpoints: unknown[] }).endpoints).toHaveLength(300);
    expect(warned).toEqual([
      'devices are not told of: 0 with an id or a name that Alexa does not take, 1 beyond the most that she takes',
    ]);
  });
});

describe('a state that is asked for', () => {
  it('is told with all properties, and when they were so', async () => {
    const message = await answered(said('Alexa', 'ReportState'));

    const sampled = { timeOfSample: '2030-01-01T00:00:00.000Z', uncertaintyInMilliseconds: 500 };
    expect(message.event).toMatchObject({
      header: { name: 'StateReport', correlationToken: 'correlation-1', messageId: 'message-1' },
      endpoint: { endpointId: 'bulb-1' },
    });
    expect(message.context?.properties).toEqual([
      { namespace: 'Alexa.PowerController', name: 'powerState', value: 'OFF', ...sampled },
      { namespace: 'Alexa.BrightnessController', name: 'brightness', value: 40, ...sampled },
      { namespace: 'Alexa.EndpointHealth', name: 'connectivity', value: { value: 'OK' }, ...sampled },
    ]);
  });

  it('says that a device cannot be reached as its connectivity, with the state that was last known', async () => {
    const device = async () => ({ ...deviceOf({ reachable: false }), sampledAtMs: NOW_MS - 60_000 });

    const message = await answered(said('Alexa', 'ReportState'), { vendor: vendorOf({ device }) });

    expect(message.context?.properties).toContainEqual(
      expect.objectContaining({ name: 'connectivity', value: { value: 'UNREACHABLE' } }),
    );
    expect(message.context?.properties).toContainEqual(
      expect.objectContaining({ name: 'powerState', timeOfSample: '2029-12-31T23:59:00.000Z' }),
    );
  });

  it.each([
    [unreached, 'ENDPOINT_UNREACHABLE'],
    [new VendorRefusal('NO_SUCH_ENDPOINT', 'none', { retryable: false }), 'NO_SUCH_ENDPOINT'],
    [new TypeError('a fault of ours'), 'INTERNAL_ERROR'],
  ])('is an error where the vendor tells none: %s', async (error, type) => {
    const vendor = vendorOf({ device: () => Promise.reject(error) });

    expect(gist(await answered(said('Alexa', 'ReportState'), { vendor }))).toEqual(['ErrorResponse', type]);
  });
});

describe('a grant', () => {
  it('is kept for the vendor’s account of whoever grants, and acknowledged', async () => {
    const kept: unknown[] = [];
    const vendor = vendorOf({ account: async (token) => ({ account: `account of ${token}`, grants: 'hub' }) });

    const message = await answered(grantOffered('code-7', 'token-of-ben'), {
      vendor,
      acceptGrant: async (grant) => void kept.push(grant),
    });

    expect(kept).toEqual([{ code: 'code-7', account: { account: 'account of token-of-ben', grants: 'hub' } }]);
    expect(gist(message)).toEqual(['AcceptGrant.Response']);
  });

  it.each<[string, unknown, Parameters<typeof entryParts>[0]]>([
    ['the code is not taken', grantOffered(), { acceptGrant: () => Promise.reject(new Error('invalid_grant')) }],
    ['nobody knows whose it is', grantOffered(), { vendor: vendorOf({ account: () => Promise.reject(unreached) }) }],
    ['there is no code', grantOffered(''), {}],
  ])('fails in Alexa’s words when %s', async (_why, event, overrides) => {
    const message = await answered(event, overrides);

    expect([message.event.header.namespace, ...gist(message)]).toEqual([
      'Alexa.Authorization',
      'ErrorResponse',
      'ACCEPT_GRANT_FAILED',
    ]);
  });
});

describe('others', () => {
  it.each<[string, Parameters<typeof entryParts>[0], string]>([
    ['nobody serves', { serves: new Set() }, 'INVALID_DIRECTIVE'],
    ['could not be handed on', { defer: () => Promise.reject(new Error('no topic')) }, 'INTERNAL_ERROR'],
  ])('learn of a directive that %s, in the chain that it began', async (_case, overrides, error) => {
    const told: DirectiveAnswered[] = [];

    await answered(ordered({ power: 'ON' }), { ...overrides, tellOthers: async (event) => void told.push(event) });

    expect(told).toEqual([
      expect.objectContaining({
        id: 'directive-1.answered',
        correlationId: 'directive-1',
        detail: expect.objectContaining({ endpointId: 'bulb-1', api: 'sync', outcome: 'error', error, afterMs: 0 }),
      }),
    ]);
    expect(JSON.stringify(told)).not.toMatch(/"ann"|vendor-token/);
  });

  it('who cannot be told cost Alexa a second at most, and no answer', async () => {
    const { warn, warned } = warnings();
    const waited: number[] = [];
    const overrides = { serves: new Set<DeviceApi>(), warn };

    const hanging = await answered(ordered({ power: 'ON' }), {
      ...overrides,
      tellOthers: () => new Promise(() => {}),
      pause: async (ms) => void waited.push(ms),
    });
    const failing = await answered(ordered({ power: 'ON' }), {
      ...overrides,
      tellOthers: () => Promise.reject(new Error('no topic')),
    });

    expect([hanging, failing].map(gist)).toEqual(Array(2).fill(['ErrorResponse', 'INVALID_DIRECTIVE']));
    expect(waited).toEqual([1000]);
    expect(warned).toEqual([
      'others were not told how a directive ended: nothing came within 1000 ms',
      'others were not told how a directive ended: no topic',
    ]);
  });
});

describe('somebody who never answers', () => {
  const hangs = () => new Promise<never>(() => {});

  it.each<[string, unknown, Parameters<typeof entryParts>[0], string[]]>([
    ['the topic', ordered({ power: 'ON' }), { defer: hangs }, ['ErrorResponse', 'INTERNAL_ERROR']],
    ['where grants are kept', grantOffered(), { acceptGrant: hangs }, ['ErrorResponse', 'ACCEPT_GRANT_FAILED']],
    [
      'who knows whose a grant is',
      grantOffered(),
      { vendor: vendorOf({ account: hangs }) },
      ['ErrorResponse', 'ACCEPT_GRANT_FAILED'],
    ],
    [
      'who knows a state',
      said('Alexa', 'ReportState'),
      { vendor: vendorOf({ device: hangs }) },
      ['ErrorResponse', 'INTERNAL_ERROR'],
    ],
    ['who knows the devices', discovery(), { vendor: vendorOf({ devices: hangs }) }, ['Discover.Response']],
  ])('has Alexa hear of it a second before she waits no more: %s', async (_who, event, overrides, expected) => {
    const waited: number[] = [];
    const { warn, warned } = warnings();

    let nowMs = NOW_MS;
    const pause = async (ms: number) => {
      waited.push(ms);
      nowMs += ms;
    };

    const message = await answered(event, { ...overrides, warn, pause, now: () => nowMs });

    expect([waited, gist(message)]).toEqual([[ANSWER_MS], expected]);
    expect([ANSWER_MS, warned[0]]).toEqual([7000, expect.stringContaining('nothing came within 7000 ms')]);
    expect(warned.slice(1).every((text) => text.endsWith('there is no time left for it'))).toBe(true);
  });

  it('is not waited for any more once the answer is there', async () => {
    const signals: AbortSignal[] = [];
    const pause = (_ms: number, signal: AbortSignal) => {
      signals.push(signal);
      return hangs();
    };

    await answered(ordered({ power: 'ON' }), { pause });

    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe('what is no directive', () => {
  it.each([
    [undefined],
    [{}],
    [{ directive: {} }],
    [said('Alexa', 'ReportState', {}, { header: { payloadVersion: '2' } })],
    [said('Alexa', 'ReportState', {}, { header: { messageId: 'not an id' } })],
  ])('is nobody’s to answer: %j', async (event) => {
    await expect(answer(entryParts(), event)).rejects.toThrow('no directive of the Smart Home Skill API');
  });

  it('repeats nothing of an error that a customer’s token could stand in', async () => {
    const device = () => Promise.reject(new Error(`Bearer ${ENDPOINT.token}`));

    const message = await answered(said('Alexa', 'ReportState'), { vendor: vendorOf({ device }) });

    expect(JSON.stringify(message)).not.toContain(ENDPOINT.token);
  });
});
