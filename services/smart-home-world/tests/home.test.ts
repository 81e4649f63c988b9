import { expect, it } from '@jest/globals';
import { told } from '../domain/bulb.ts';
import { viewOf } from '../domain/home.ts';
import { WELL_BEHAVED } from '../domain/misbehaviour.ts';
import { bulbsInMemory, clockwork, conversationInMemory, homeOf, messageOf, START_MS } from './parts.ts';

const patience = { directMs: 8000, deferredMs: 6000 };

it('a page sees its bulbs as they are and as Alexa believes, the newest exchanges, and what goes wrong', async () => {
  const clock = clockwork();
  const bulbs = bulbsInMemory();
  const conversation = conversationInMemory();
  await bulbs.keep(told(bulbs.of('desk-lamp'), { power: 'ON' }, { nowMs: START_MS, latencyMs: 300 }).bulb);
  await conversation.believe('home', {
    deviceId: 'desk-lamp',
    power: 'OFF',
    brightness: 10,
    isReachable: false,
    atMs: START_MS,
  });
  await conversation.believe('home', { deviceId: 'hall-light', power: 'ON', atMs: START_MS });
  const said = {
    utteranceId: 'u-1',
    text: 'moo',
    saidAtMs: START_MS + 1,
    direct: { atMs: START_MS + 1, speech: 'Sorry.' },
  };
  await conversation.keepUtterance('home', said);
  clock.pass(300);

  const view = await viewOf(
    { ...clock, bulbs, conversation, patience },
    homeOf({ misbehaviour: { unreachable: ['hall-light'] } }),
  );

  expect(view).toMatchObject({
    linked: true,
    nowMs: START_MS + 300,
    misbehaviour: { ...WELL_BEHAVED, unreachable: ['hall-light'] },
    conversation: [{ utteranceId: 'u-1', outcome: { kind: 'misunderstood' } }],
  });
  const [hall, desk, kitchen] = ['hall-light', 'desk-lamp', 'kitchen-light'].map((id) =>
    view.bulbs.find(({ deviceId }) => deviceId === id),
  );
  expect(desk).toEqual({
    ...{ deviceId: 'desk-lamp', name: 'desk lamp', place: 'study', api: 'polling', reachable: true },
    state: { power: 'ON', brightness: 80 },
    alexa: { power: 'OFF', brightness: 10, reachable: false },
  });
  expect([hall?.alexa, hall?.reachable]).toEqual([{ power: 'ON' }, false]);
  expect(kitchen?.alexa).toEqual({});
});

it('a page sees the newest twenty exchanges, each with its answer', async () => {
  const clock = clockwork();
  const conversation = conversationInMemory();
  for (let at = 0; at < 30; at++) {
    const message = messageOf({ header: { name: 'ChangeReport', messageId: `m-${at}`, correlationToken: undefined } });
    await conversation.keepEvent('home', { messageId: `m-${at}`, atMs: START_MS + at, message, repeated: 0 });
  }

  const { conversation: shown } = await viewOf({ ...clock, bulbs: bulbsInMemory(), conversation, patience }, homeOf());

  expect(shown.map(({ utteranceId }) => utteranceId)).toEqual(Array.from({ length: 20 }, (_, at) => `m-${29 - at}`));
});

it('in a new home all goes well, and bulbs take a moment', () => {
  expect(WELL_BEHAVED).toEqual({
    latencyMs: 300,
    ...{ failureRate: 0, lostPushRate: 0, duplicatePushRate: 0, unreachable: [] },
    ...{ forgedPushes: false, tokensExpire: false, skillDisabled: false, gatewayBusy: false, hubOff: false },
  });
});
