import type { BulbState, Command } from '@arcade/events/contracts/smart-home';
import { describe, expect, it } from '@jest/globals';
import { type OptimisticParts, processOptimistic } from '../domain/optimistic.ts';
import { NOW_MS, vendorOf } from './parts.ts';
import { after, BUSY, deferredOf, GIVE_UP_MS, processing, refusal, requestOf } from './processing.ts';

const EXPECTED = { kind: 'response', state: { power: 'ON', sampledAtMs: NOW_MS } } as const;
/** The directive, as it is kept when it was told to Alexa. */
const kept = (overrides = {}) =>
  requestOf({ api: 'optimistic', token: 'vendor-token-of-ann', outcome: EXPECTED, ...overrides });

function setUp(options: Parameters<typeof processing>[0] = {}) {
  const checks: unknown[] = [];
  const base = processing({ callMs: 500, ...options });
  const parts: OptimisticParts = {
    ...base,
    scheduleCheck: async (event, atMs) => {
      base.steps.push('schedule');
      checks.push([event, atMs]);
    },
  };
  const process = (command?: Command) => processOptimistic(parts, deferredOf('optimistic', command));
  return { ...base, parts, checks, process };
}

const deviceIn = (state: BulbState) => async (_token: string, deviceId: string) => ({
  ...(await vendorOf().device('', deviceId)),
  state,
  sampledAtMs: NOW_MS + 3,
});

describe('a directive that is answered with what is expected', () => {
  it('is answered before the vendor hears of it, and not before a check is certain', async () => {
    const home = setUp();

    expect(await home.process()).toBe('accepted');

    const [begun, scheduled, answered, ...rest] = home.steps;
    expect([begun, scheduled, answered]).toEqual(['requests.begin', 'schedule', 'dispatch directive-1.answer']);
    expect(rest.sort()).toEqual(['requests.told', 'vendor.command']);
    expect(home.dispatched).toMatchObject([
      { correlationId: 'chain-1', causationId: 'directive-1', detail: { outcome: EXPECTED } },
    ]);
  });

  it('has the device checked a minute later, by an event of its own in the directive’s chain', async () => {
    const home = setUp();

    await home.process();

    expect(home.checks).toMatchObject([
      [{ id: 'directive-1.check', correlationId: 'chain-1', detail: { directiveId: 'directive-1' } }, NOW_MS + 60_000],
    ]);
  });

  it('is kept with what was said, when that was certain, and the token that a check needs', async () => {
    const home = setUp();

    await home.process();

    expect(home.items.get('directive-1')).toEqual(kept({ toldAtMs: NOW_MS }));
  });

  it('tells the vendor where to push to', async () => {
    const told: unknown[] = [];
    const command = async (...args: unknown[]) => {
      told.push(args);
      return { kind: 'accepted' } as const;
    };

    await setUp({ vendor: { command } }).process();

    const request = {
      requestId: 'directive-1',
      command: { power: 'ON' },
      callbackUrl: 'https://gateway.example.com/changes',
    };
    expect(told).toEqual([['vendor-token-of-ann', 'bulb-1', request]]);
  });

  it.each<[Command, BulbState, Partial<BulbState>]>([
    [{ power: 'OFF' }, { power: 'ON', brightness: 40 }, { power: 'OFF' }],
    [{ brightness: 70 }, { power: 'OFF', brightness: 40 }, { power: 'ON', brightness: 70 }],
    [{ brightness: 0 }, { power: 'ON', brightness: 40 }, { power: 'OFF', brightness: 0 }],
    [{ brightness: 1 }, { power: 'OFF', brightness: 40 }, { power: 'ON', brightness: 1 }],
    [{ brightness: 40 }, { power: 'OFF', brightness: 40 }, { power: 'ON', brightness: 40 }],
    [{}, { power: 'OFF', brightness: 40 }, { power: 'OFF', brightness: 40 }],
    [{ brightnessDelta: 20 }, { power: 'OFF', brightness: 40 }, { power: 'ON', brightness: 60 }],
    [{ brightnessDelta: 80 }, { power: 'ON', brightness: 40 }, { power: 'ON', brightness: 100 }],
    [{ brightnessDelta: -80 }, { power: 'ON', brightness: 40 }, { power: 'OFF', brightness: 0 }],
    [{ brightnessDelta: 0 }, { power: 'OFF', brightness: 40 }, { power: 'OFF', brightness: 40 }],
  ])('promises of %j to a bulb that is %j what the command says: %j', async (command, was, expected) => {
    const home = setUp({ vendor: { device: deviceIn(was) } });

    await home.process(command);

    expect(home.dispatched).toMatchObject([{ detail: { outcome: { kind: 'response' } } }]);
    expect(home.items.get('directive-1')?.outcome).toEqual({
      kind: 'response',
      state: { ...expected, sampledAtMs: NOW_MS },
    });
    const isAsked = command.power === undefined && command.brightness === undefined;
    expect(home.steps.includes('vendor.device')).toBe(isAsked);
  });

  it('is an error when it is not known what to expect, and then nothing is done', async () => {
    const home = setUp({ vendor: { device: after([refusal(404, false, 'NO_SUCH_ENDPOINT')], undefined as never) } });

    expect(await home.process({ brightnessDelta: 5 })).toBe('refused');

    expect(home.dispatched).toMatchObject([{ detail: { outcome: { kind: 'error', error: 'NO_SUCH_ENDPOINT' } } }]);
    expect(home.steps).toEqual(['vendor.device', 'requests.begin', 'dispatch directive-1.answer']);
    expect(home.items.get('directive-1')).toMatchObject({ status: 'COMPLETED' });
  });
});

describe('what was promised and is refused', () => {
  const setUpRefused = (state: BulbState, refusals = [refusal(422, false)]) =>
    setUp({ vendor: { command: after(refusals, { kind: 'accepted' }), device: deviceIn(state) } });

  it('is corrected by a report of how the device is, in what is otherwise', async () => {
    const home = setUpRefused({ power: 'OFF', brightness: 40 });

    expect(await home.process()).toBe('refused');

    expect(home.dispatched[1]).toMatchObject({
      ...{
        id: 'directive-1.correction',
        type: 'smart_home.change_ready',
        correlationId: 'chain-1',
        causationId: 'directive-1',
      },
      detail: {
        ...{ account: 'ann', endpointId: 'bulb-1', api: 'optimistic', cause: 'VOICE_INTERACTION', changed: ['power'] },
        state: { power: 'OFF', brightness: 40, sampledAtMs: NOW_MS + 3 },
      },
    });
    expect(home.items.get('directive-1')).toMatchObject({ status: 'PENDING' });
  });

  it('is corrected as of after the promise, although the vendor knows the device, which it does not reach, from before', async () => {
    const off = deviceIn({ power: 'OFF', brightness: 40 });
    const device = async (token: string, deviceId: string) => ({
      ...(await off(token, deviceId)),
      ...{ sampledAtMs: NOW_MS - 60_000, reachable: false },
    });
    const home = setUp({ vendor: { command: after([refusal(503, false)], { kind: 'accepted' }), device } });

    expect(await home.process()).toBe('refused');

    expect(home.dispatched[1]).toMatchObject({
      detail: { reachable: false, state: { power: 'OFF', sampledAtMs: NOW_MS + 1 } },
    });
  });

  it('is not corrected when it is so nevertheless', async () => {
    const home = setUpRefused({ power: 'ON', brightness: 40 });

    expect(await home.process()).toBe('refused');

    expect(home.dispatched).toHaveLength(1);
  });

  it('is asked for again when it was refused for now', async () => {
    const home = setUpRefused({ power: 'OFF', brightness: 40 }, [BUSY]);

    expect(await home.process()).toBe('accepted');

    expect(home.steps.filter((step) => step === 'vendor.command')).toHaveLength(2);
    expect(home.dispatched).toHaveLength(1);
  });

  it('is left to the check when nobody knows whether the vendor has heard it', async () => {
    const home = setUpRefused({ power: 'OFF', brightness: 40 }, [refusal(undefined, false)]);

    expect(await home.process()).toBe('refused');

    expect(home.steps).not.toContain('vendor.device');
    expect(home.items.get('directive-1')).toMatchObject({ status: 'PENDING' });
  });

  it('is left to the check when the vendor does not say how the device is', async () => {
    const home = setUp({
      vendor: {
        command: after([refusal(422, false)], { kind: 'accepted' }),
        device: after([BUSY], undefined as never),
      },
    });

    expect(await home.process()).toBe('refused');

    expect(home.dispatched).toHaveLength(1);
  });

  it.each([
    [1200, true],
    [1201, false],
  ])('is corrected only if there is time: after %i ms', async (takesMs, isCorrected) => {
    const home = setUp({
      vendor: {
        device: deviceIn({ power: 'OFF', brightness: 40 }),
        command: async () => {
          home.clock.nowMs += takesMs;
          throw refusal(422, false);
        },
      },
    });

    await home.process();

    expect(home.dispatched).toHaveLength(isCorrected ? 2 : 1);
  });

  it('fails, and comes again, when Alexa cannot be told of it', async () => {
    const home = setUpRefused({ power: 'OFF', brightness: 40 });
    const { dispatch } = home.parts;
    home.parts.dispatch = async (news) => {
      if (news.id === 'directive-1.correction') throw new Error('the queue is gone');
      await dispatch(news);
    };

    await expect(home.process()).rejects.toThrow('the queue is gone');
  });

  it('fails, and comes again, for what is no refusal of the vendor', async () => {
    const home = setUp({ vendor: { command: after([new TypeError('a fault of ours')], { kind: 'accepted' }) } });

    await expect(home.process()).rejects.toThrow('a fault of ours');
  });
});

describe('a directive that comes again', () => {
  it('is told to the vendor, and not to Alexa, when she was told for certain: however late it is', async () => {
    const home = setUp({ requests: [kept({ toldAtMs: NOW_MS + 100 })] });
    home.clock.nowMs = GIVE_UP_MS + 5000;

    expect(await home.process()).toBe('accepted');

    expect(home.steps).toEqual(['vendor.command']);
  });

  it('is answered as was expected at first, when it is not certain that Alexa was told', async () => {
    const home = setUp({ requests: [kept()] });
    home.clock.nowMs += 2000;

    expect(await home.process()).toBe('accepted');

    expect(home.dispatched).toMatchObject([{ detail: { outcome: EXPECTED } }]);
    expect(home.checks).toHaveLength(1);
  });

  it.each([
    ['was never begun', []],
    ['was begun, and not told for certain', [kept()]],
  ])('too late is not carried out when it %s', async (_what, requests) => {
    const home = setUp({ requests });
    home.clock.nowMs = GIVE_UP_MS;

    expect(await home.process()).toBe('too-late');

    expect(home.steps).toEqual([]);
  });

  it('is not carried out when telling Alexa took so long that she may have heard otherwise', async () => {
    const home = setUp();
    home.parts.dispatch = async () => {
      home.clock.nowMs = GIVE_UP_MS;
    };

    expect(await home.process()).toBe('too-late');

    expect(home.steps).toEqual(['requests.begin', 'schedule']);
    expect(home.items.get('directive-1')?.toldAtMs).toBeUndefined();
  });

  it.each([
    ['the vendor has said how it went', kept({ status: 'COMPLETED', toldAtMs: NOW_MS }), 'answered', []],
    [
      'it could not be understood',
      kept({ status: 'COMPLETED', outcome: { kind: 'error', error: 'NO_SUCH_ENDPOINT', message: '' } }),
      'refused',
      ['dispatch directive-1.answer'],
    ],
  ])('is at its end when %s', async (_what, request, processed, steps) => {
    const home = setUp({ requests: [request] });

    expect(await home.process()).toBe(processed);

    expect(home.steps).toEqual(steps);
  });

  it('fails, and comes again, when what Alexa is told is not to be had', async () => {
    const home = setUp({ requests: [requestOf({ api: 'optimistic' })] });

    await expect(home.process()).rejects.toThrow('no expected outcome');
  });
});
