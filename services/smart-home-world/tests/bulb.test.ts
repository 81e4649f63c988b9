import type { Command } from '@arcade/events/contracts/smart-home';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Bulb, bulbAt, bulbsOf, obeying, progressOf, switched, told } from '../domain/bulb.ts';
import { HOME_ID, START_MS } from './parts.ts';

const bulb = (): Bulb => bulbsOf(HOME_ID, START_MS)[0] as Bulb;
const on = (brightness: number) => ({ power: 'ON' as const, brightness });
const off = (brightness: number) => ({ power: 'OFF' as const, brightness });

describe('what a command makes of a bulb', () => {
  it.each<[string, ReturnType<typeof on> | ReturnType<typeof off>, Command, unknown]>([
    ['on', off(80), { power: 'ON' }, on(80)],
    ['on, where it has no brightness: as it was last', off(0), { power: 'ON' }, on(70)],
    ['off', on(80), { power: 'OFF' }, off(80)],
    ['off, where it has no brightness', on(0), { power: 'OFF' }, off(0)],
    ['a brightness, which switches it on', off(80), { brightness: 40 }, on(40)],
    ['the brightness that it has, which switches it on as well', off(80), { brightness: 80 }, on(80)],
    ['none', on(80), { brightness: 0 }, off(0)],
    ['nearly none', on(80), { brightness: 1 }, on(1)],
    ['brighter', on(80), { brightnessDelta: 10 }, on(90)],
    ['brighter than it can be', on(80), { brightnessDelta: 25 }, on(100)],
    ['darker than it can be', on(20), { brightnessDelta: -25 }, off(0)],
    ['brighter, at its brightest and off: nothing', off(100), { brightnessDelta: 25 }, off(100)],
  ])('%s', (_what, state, command, expected) => {
    expect(obeying(state, command, 70)).toEqual(expected);
  });
});

describe('a bulb that takes a while', () => {
  it('is as it was until it has done what it was told', () => {
    const { bulb: changed, coming } = told(bulb(), { power: 'ON' }, { nowMs: START_MS, latencyMs: 300 });

    expect(coming).toEqual({ state: on(80), atMs: START_MS + 300 });
    expect(bulbAt(changed, START_MS + 299).state).toEqual(off(80));
    expect(bulbAt(changed, START_MS + 300)).toMatchObject({ state: on(80), changedAtMs: START_MS + 300, coming: [] });
  });

  it('does one thing after another, whatever takes longer, and each from where the one before has led', () => {
    const first = told(bulb(), { brightness: 50 }, { nowMs: START_MS, latencyMs: 1000 });
    const second = told(first.bulb, { brightnessDelta: 10 }, { nowMs: START_MS + 100, latencyMs: 0 });

    expect(second.coming).toEqual({ state: on(60), atMs: START_MS + 1000 });
    expect(second.bulb.coming).toEqual([first.coming, second.coming]);
    expect(bulbAt(second.bulb, START_MS + 999).state).toEqual(off(80));
    expect(bulbAt(second.bulb, START_MS + 1000).state).toEqual(on(60));
  });

  it('is switched by a hand at once, and does later what it was told before', () => {
    const { bulb: waiting } = told(bulb(), { power: 'ON' }, { nowMs: START_MS, latencyMs: 500 });
    const changed = switched(waiting, { brightness: 10 }, START_MS + 100);

    expect(bulbAt(changed, START_MS + 100)).toMatchObject({ state: off(10), changedAtMs: START_MS + 100 });
    expect(bulbAt(changed, START_MS + 500).state).toEqual(on(80));
  });

  it.each<[string, readonly (readonly [Command, latencyMs: number])[]]>([
    [
      'done',
      [
        [{ brightness: 40 }, 0],
        [{ brightness: 0 }, 0],
      ],
    ],
    [
      'still to come',
      [
        [{ brightness: 40 }, 500],
        [{ brightness: 0 }, 500],
      ],
    ],
  ])('turned on again after it was set to none is as bright as it was last, with that %s', (_when, commands) => {
    let looked = bulb();
    for (const [command, latencyMs] of commands) looked = told(looked, command, { nowMs: START_MS, latencyMs }).bulb;

    expect(told(looked, { power: 'ON' }, { nowMs: START_MS, latencyMs: 500 }).coming.state).toEqual(on(40));
    const dark = bulbAt(looked, START_MS + 500);
    expect(dark.state).toEqual(off(0));
    expect(switched(dark, { power: 'ON' }, START_MS + 500).state).toEqual(on(40));
  });

  it('is as bright as a hand has left it last, when it is turned on after a hand has left it without any', () => {
    const left = switched(switched(bulb(), { brightness: 30 }, START_MS), { brightness: 0 }, START_MS + 1);

    expect(left.state).toEqual(off(0));
    expect(told(left, { power: 'ON' }, { nowMs: START_MS + 2, latencyMs: 0 }).bulb.state).toEqual(on(30));
  });

  it('has a version that grows by one with each change', () => {
    const changed = told(bulb(), { power: 'ON' }, { nowMs: START_MS, latencyMs: 0 }).bulb;

    expect([changed.version, switched(changed, { power: 'OFF' }, START_MS).version]).toEqual([2, 3]);
  });

  it('ends as the last command says, looked at as often as you like', () => {
    const commands = fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.nat(2000), fc.nat(500)), { minLength: 1 });
    fc.assert(
      fc.property(commands, (given) => {
        let [looked, blind, nowMs] = [bulb(), bulb(), START_MS];
        for (const [brightness, latencyMs, pauseMs] of given) {
          nowMs += pauseMs;
          looked = bulbAt(told(looked, { brightness }, { nowMs, latencyMs }).bulb, nowMs + 1);
          blind = told(blind, { brightness }, { nowMs, latencyMs }).bulb;
        }
        const last = given.at(-1)?.[0] ?? 0;
        expect(bulbAt(looked, nowMs + 10_000).state.brightness).toBe(last);
        expect(bulbAt(blind, nowMs + 10_000).state).toEqual(bulbAt(looked, nowMs + 10_000).state);
      }),
    );
  });
});

it.each([
  ['pending until its time has come', false, START_MS + 299, { status: 'pending' }],
  ['done from then on', false, START_MS + 300, { status: 'done', state: on(80), changedAtMs: START_MS + 300 }],
  ['failed from then on, and not before', true, START_MS + 300, { status: 'failed' }],
  ['pending, though it will fail', true, START_MS + 299, { status: 'pending' }],
])('a request is %s', (_what, fails, nowMs, expected) => {
  const request = { homeId: HOME_ID, deviceId: 'x', requestId: 'r', fails, state: on(80), doneAtMs: START_MS + 300 };

  expect(progressOf(request, nowMs)).toEqual(expected);
});

it('a new home has two bulbs of each kind, whose names nobody confuses', () => {
  const bulbs = bulbsOf(HOME_ID, START_MS);

  expect(Object.groupBy(bulbs, ({ api }) => api)).toEqual({
    sync: [expect.anything(), expect.anything()],
    push: [expect.anything(), expect.anything()],
    polling: [expect.anything(), expect.anything()],
    optimistic: [expect.anything(), expect.anything()],
  });
  expect(new Set(bulbs.map(({ name }) => name)).size).toBe(8);
  expect(bulbs.filter(({ homeId, place }) => homeId !== HOME_ID || place === '')).toEqual([]);
  // Alexa takes letters, digits and some signs for an endpoint's id, and no spaces.
  expect(bulbs.filter(({ deviceId }) => !/^[\w-]+$/.test(deviceId))).toEqual([]);
});
