import { describe, expect, it } from '@jest/globals';
import {
  type CommandRequest,
  commandBulb,
  deviceNow,
  devicesOf,
  requestNow,
  switchByHand,
  type VendorParts,
} from '../domain/vendor.ts';
import { bulbsInMemory, clockwork, HOME_ID, homeOf, pushesInMemory, START_MS } from './parts.ts';

const CALLBACK = 'http://127.0.0.1:4130/changes';

function setUp({ contended = 0, ...home }: Parameters<typeof homeOf>[0] & { contended?: number } = {}) {
  const clock = clockwork();
  const bulbs = bulbsInMemory({ contended });
  const { sent, sendPush } = pushesInMemory();
  const parts: VendorParts = { ...clock, bulbs, sendPush, callbacks: /^http:\/\/127\.0\.0\.1:\d+\/changes$/ };
  const command = (deviceId: string, overrides: Partial<CommandRequest> = {}) =>
    commandBulb(parts, {
      home: homeOf(home),
      deviceId,
      requestId: 'r-1',
      command: { power: 'ON' },
      callbackUrl: CALLBACK,
      correlationId: 'chain-1',
      ...overrides,
    });
  return { ...clock, parts, bulbs, sent, command };
}

const done = { outcome: 'done', state: { power: 'ON', brightness: 80 }, changedAtMs: START_MS + 300 };

describe('a command', () => {
  it('to a bulb whose API is sync is answered with the new state, when the bulb has it', async () => {
    const { command, now, sent, bulbs } = setUp();

    expect(await command('kitchen-light')).toEqual(done);

    expect(now()).toBe(START_MS + 300);
    expect(sent).toEqual([]);
    expect(bulbs.of('kitchen-light').version).toBe(2);
  });

  it.each(['living-room-light', 'counter-light'])(
    'to %s is accepted, and pushed when the bulb has done it',
    async (deviceId) => {
      const { command, sent, now } = setUp({ misbehaviour: { latencyMs: 1500 } });

      expect(await command(deviceId)).toEqual({ outcome: 'accepted' });

      expect(now()).toBe(START_MS);
      expect(sent).toMatchObject([
        {
          delayMs: 1500,
          push: {
            id: `${HOME_ID}.r-1`,
            correlationId: 'chain-1',
            detail: {
              callbackUrl: CALLBACK,
              change: { account: HOME_ID, deviceId, requestId: 'r-1', changedAtMs: START_MS + 1500, state: done.state },
            },
          },
        },
      ]);
    },
  );

  it.each([
    ['a bulb that has to be asked', 'desk-lamp', CALLBACK],
    ['whoever names no address', 'living-room-light', undefined],
  ])('is pushed nowhere for %s', async (_whom, deviceId, callbackUrl) => {
    const { command, sent } = setUp();

    expect(await command(deviceId, { callbackUrl })).toEqual({ outcome: 'accepted' });

    expect(sent).toEqual([]);
  });

  it('that comes again is answered alike, pushed under the same id, and done once', async () => {
    const { command, bulbs, sent, pass } = setUp();
    const brighter = { command: { brightnessDelta: -10 } };

    const answers = [await command('kitchen-light', brighter)];
    pass(5000);
    answers.push(await command('kitchen-light', brighter));
    await command('living-room-light');
    await command('living-room-light');

    expect(answers[1]).toEqual(answers[0]);
    expect(bulbs.of('kitchen-light')).toMatchObject({ version: 2, coming: [{ state: { brightness: 70 } }] });
    expect(sent.map(({ push }) => push.id)).toEqual([`${HOME_ID}.r-1`, `${HOME_ID}.r-1`]);
    expect(bulbs.requests).toMatchObject([
      { homeId: HOME_ID, deviceId: 'kitchen-light', requestId: 'r-1' },
      { homeId: HOME_ID, deviceId: 'living-room-light', requestId: 'r-1', callbackUrl: CALLBACK },
    ]);
  });

  it('is carried out although others change the bulb meanwhile, and refused as too much when they never stop', async () => {
    expect(await setUp({ contended: 7 }).command('kitchen-light')).toMatchObject({ outcome: 'done' });
    expect(await setUp({ contended: 8 }).command('kitchen-light')).toEqual({ outcome: 'refused', why: 'busy' });
  });

  it.each([
    ['a bulb that is not there', 'no-bulb', {}, {}, 'no-device'],
    ['a bulb that is not reached', 'kitchen-light', { unreachable: ['kitchen-light'] }, {}, 'unreachable'],
    [
      'an address that is not called',
      'living-room-light',
      {},
      { callbackUrl: 'http://evil.example/changes' },
      'bad-callback',
    ],
  ])('is refused for %s, and nothing happens', async (_what, deviceId, misbehaviour, overrides, why) => {
    const { command, bulbs, sent } = setUp({ misbehaviour });

    expect(await command(deviceId, overrides)).toEqual({ outcome: 'refused', why });

    expect([bulbs.requests, sent]).toEqual([[], []]);
  });
});

describe('a vendor whose commands fail', () => {
  /** What became of each of so many commands, by how the bulb's API is. */
  const fates = async (deviceId: string, failureRate: number, seed = 'seed') => {
    const { command, parts, pass, sent } = setUp({ seed, misbehaviour: { failureRate } });
    const counts: Record<string, number> = {};
    for (let at = 0; at < 300; at++) {
      const answer = await command(deviceId, { requestId: `r-${at}` });
      pass(1000);
      const progress = await requestNow(parts, homeOf(), deviceId, `r-${at}`);
      const fate = answer.outcome === 'refused' ? answer.why : progress?.status === 'failed' ? 'never done' : 'done';
      counts[fate] = (counts[fate] ?? 0) + 1;
    }
    return { counts, pushes: sent.length };
  };

  it('refuses some, has too much to do for some, and never carries out some that it has accepted', async () => {
    const { counts } = await fates('desk-lamp', 0.4);

    for (const [fate, share] of Object.entries({ done: 0.6, failed: 0.2, busy: 0.1, 'never done': 0.1 })) {
      expect([fate, Math.abs((counts[fate] ?? 0) / 300 - share) < 0.06]).toEqual([fate, true]);
    }
  });

  it('pushes only what was done', async () => {
    const { counts, pushes } = await fates('living-room-light', 0.5);

    expect(pushes).toBe(counts.done);
  });

  it('changes no bulb by what was never done', async () => {
    const { command, bulbs, parts, pass } = setUp({ misbehaviour: { failureRate: 1 } });
    let accepted = 0;
    for (let at = 0; at < 40; at++) {
      const { outcome } = await command('desk-lamp', { requestId: `r-${at}` });
      accepted += outcome === 'accepted' ? 1 : 0;
      pass(1000);
    }

    expect(accepted).toBeGreaterThan(2);
    expect(await deviceNow(parts, homeOf(), 'desk-lamp')).toMatchObject({ state: { power: 'OFF' } });
    expect(bulbs.of('desk-lamp').coming).toEqual([]);
  });

  it('never leaves open what its answer would have told', async () => {
    const { counts } = await fates('kitchen-light', 0.5);

    expect(Object.keys(counts).sort()).toEqual(['busy', 'done', 'failed']);
    expect(Math.abs((counts.failed ?? 0) / 300 - 0.375)).toBeLessThan(0.06);
    expect(Math.abs((counts.busy ?? 0) / 300 - 0.125)).toBeLessThan(0.06);
  });

  it('does so anew by the same seed, and otherwise by another', async () => {
    const [first, same, other] = [
      await fates('desk-lamp', 0.5),
      await fates('desk-lamp', 0.5),
      await fates('desk-lamp', 0.5, 'x'),
    ];

    expect(same).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('may carry out what is tried again', async () => {
    const { command } = setUp({ misbehaviour: { failureRate: 0.9 } });
    const tries: string[] = [];
    for (let at = 0; at < 100 && tries.at(-1) !== 'done'; at++) tries.push((await command('kitchen-light')).outcome);

    expect(tries.length).toBeGreaterThan(1);
    expect(tries.at(-1)).toBe('done');
  });
});

describe('a hand', () => {
  const byHand = (deviceId: string, callbackUrl?: string) => {
    const set = setUp();
    const request = {
      home: homeOf({ callbackUrl }),
      deviceId,
      state: { power: 'ON' as const },
      correlationId: 'chain-1',
    };
    return { ...set, switch: () => switchByHand(set.parts, request) };
  };

  it('switches at once, and whoever has subscribed is pushed to, without a request', async () => {
    const { switch: act, sent } = byHand('living-room-light', CALLBACK);

    expect(await act()).toMatchObject({ state: { power: 'ON', brightness: 80 }, changedAtMs: START_MS });

    expect(sent).toMatchObject([
      { delayMs: 0, push: { detail: { callbackUrl: CALLBACK, change: { deviceId: 'living-room-light' } } } },
    ]);
    expect(sent[0]?.push.detail.change).not.toHaveProperty('requestId');
  });

  it('is pushed for bulbs whose user need not wait, too', async () => {
    const { switch: act, sent } = byHand('counter-light', CALLBACK);
    await act();

    expect(sent).toHaveLength(1);
  });

  it('switches although others change the bulb meanwhile, and says so when they never stop', async () => {
    const switching = (contended: number) => {
      const { parts, bulbs } = setUp({ contended });
      const request = { home: homeOf(), deviceId: 'desk-lamp', state: { power: 'ON' as const }, correlationId: 'c' };
      return switchByHand(parts, request).then(() => bulbs.of('desk-lamp').state.power);
    };

    expect(await switching(7)).toBe('ON');
    await expect(switching(8)).rejects.toThrow('the bulb desk-lamp changes all the time');
  });

  it.each([
    ['of a bulb that tells nobody', 'desk-lamp', CALLBACK],
    ['of a bulb whose answers tell', 'kitchen-light', CALLBACK],
    ['where nobody has subscribed', 'living-room-light', undefined],
  ])('is not pushed: %s', async (_why, deviceId, callbackUrl) => {
    const { switch: act, sent } = byHand(deviceId, callbackUrl);

    expect(await act()).toMatchObject({ state: { power: 'ON' } });
    expect(sent).toEqual([]);
  });

  it('reaches no bulb that is not there', async () => {
    expect(await byHand('no-bulb').switch()).toBeUndefined();
  });
});

it('a device that is not reached was seen when it last changed, another one now', async () => {
  const { parts, pass } = setUp();
  pass(5000);

  const [reached, lost] = [homeOf(), homeOf({ misbehaviour: { unreachable: ['desk-lamp'] } })];
  expect(await deviceNow(parts, reached, 'desk-lamp')).toEqual({
    ...{ deviceId: 'desk-lamp', name: 'desk lamp', api: 'polling', state: { power: 'OFF', brightness: 80 } },
    ...{ reachable: true, sampledAtMs: START_MS + 5000 },
  });
  expect(await devicesOf(parts, reached)).toHaveLength(8);
  expect(await deviceNow(parts, lost, 'desk-lamp')).toMatchObject({ reachable: false, sampledAtMs: START_MS });
  expect(await deviceNow(parts, reached, 'no-bulb')).toBeUndefined();
});
