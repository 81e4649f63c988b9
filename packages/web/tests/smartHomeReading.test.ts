import { describe, expect, it } from '@jest/globals';
import { bulbOf, changesOf, finalOf, isPending, kindOf, latestByKind, tookOf } from '../src/smart-home/exchange.ts';
import type { Exchange } from '../src/smart-home/home.ts';
import { homeIn } from '../src/smart-home/reading.ts';
import { partOf } from '../src/smart-home/scale.ts';
import { answerOf, sayings, shortWords, switchWords } from '../src/smart-home/words.ts';

const event = (name: string, payload: object = {}) => ({ event: { header: { namespace: 'Alexa', name }, payload } });
const directive = (endpointId: string, name = 'TurnOn', cookie: object = {}) => ({
  directive: { header: { name }, endpoint: { endpointId, cookie }, payload: {} },
});

/** As `GET /homes/{id}` tells. */
const told = (more: object = {}) => ({
  bulbs: [
    { deviceId: 'kitchen-light', name: 'kitchen light', api: 'sync', state: { power: 'OFF', brightness: 80 } },
    {
      deviceId: 'desk-lamp',
      name: 'desk lamp',
      api: 'polling',
      state: { power: 'ON', brightness: 40 },
      alexa: { power: 'OFF' },
    },
  ],
  conversation: [],
  misbehaviour: { latencyMs: 300, lostPushRate: 3, unreachable: ['desk-lamp', 7] },
  linked: true,
  nowMs: 10_000,
  ...more,
});
const exchange = (steps: unknown[], more: object = {}): Exchange => {
  const [one] = homeIn(
    told({
      conversation: [
        {
          utteranceId: 'u1',
          text: 'turn on the desk lamp',
          saidAtMs: 1_000,
          directive: directive('desk-lamp'),
          steps,
          ...more,
        },
      ],
    }),
  ).exchanges;
  if (!one) throw new Error('it was not read');
  return one;
};
const DEFERRED = { kind: 'direct', atMs: 1_045, message: event('DeferredResponse') };
const RESPONSE = { kind: 'event', atMs: 2_300, message: event('Response'), speech: 'OK.' };
const ERROR = { kind: 'event', atMs: 4_000, message: event('ErrorResponse', { type: 'ENDPOINT_UNREACHABLE' }) };

describe('a home', () => {
  it('is read with what Alexa believes of each bulb, where she was told less as it is', () => {
    const { bulbs, misbehaviour, isLinked, nowMs } = homeIn(told());

    expect(bulbs.map(({ state, alexa, reachable }) => ({ state, alexa, reachable }))).toEqual([
      { state: { power: 'OFF', brightness: 80 }, alexa: { power: 'OFF', brightness: 80 }, reachable: true },
      { state: { power: 'ON', brightness: 40 }, alexa: { power: 'OFF', brightness: 40 }, reachable: true },
    ]);
    expect(misbehaviour).toMatchObject({ latencyMs: 300, lostPushRate: 1, unreachable: ['desk-lamp'], hubOff: false });
    expect({ isLinked, nowMs }).toEqual({ isLinked: true, nowMs: 10_000 });
  });

  it.each([
    ['nothing', undefined],
    ['another kind of API', { deviceId: 'a', name: 'a', api: 'telepathy', state: { power: 'ON', brightness: 1 } }],
    ['no state', { deviceId: 'a', name: 'a', api: 'sync', state: { power: 'DIM' } }],
  ])('leaves out a bulb that the page does not know: %s', (_what, bulb) => {
    expect(homeIn(told({ bulbs: [bulb] })).bulbs).toEqual([]);
  });

  it('has its exchanges with the newest first, and their steps as they came', () => {
    const conversation = [
      { utteranceId: 'old', text: 'a', saidAtMs: 1, steps: [] },
      { utteranceId: 'new', text: 'b', saidAtMs: 2, steps: [RESPONSE, DEFERRED, { kind: 'other', atMs: 1 }] },
    ];

    const { exchanges } = homeIn(told({ conversation }));

    expect(exchanges.map(({ id }) => id)).toEqual(['new', 'old']);
    expect(exchanges[0]?.steps.map(({ atMs }) => atMs)).toEqual([1_045, 2_300]);
  });
});

describe('an exchange', () => {
  const { bulbs } = homeIn(told());

  it.each([
    ['by the cookie of the directive', directive('unknown', 'TurnOn', { api: 'push' }), 'push'],
    ['by its bulb', directive('desk-lamp'), 'polling'],
    ['by its bulb, whose name has its account before it', directive('home#kitchen-light'), 'sync'],
    ['of no kind, where it is about no bulb', directive('unknown', 'Discover'), undefined],
  ])('is of a kind: %s', (_how, said, kind) => {
    expect(kindOf(exchange([], { directive: said }), bulbs)).toBe(kind);
  });

  it('is about the bulb that a message names, where nobody has said anything', () => {
    const change = { kind: 'change', atMs: 1, message: { event: { endpoint: { endpointId: 'desk-lamp' } } } };

    expect(bulbOf(exchange([change], { directive: undefined, text: '' }), bulbs)?.name).toBe('desk lamp');
  });

  it.each([
    ['nothing yet', [], { firstMs: undefined, finalMs: undefined, error: undefined }],
    ['that it will be answered', [DEFERRED], { firstMs: 45, finalMs: undefined, error: undefined }],
    ['the answer, later', [DEFERRED, RESPONSE], { firstMs: 45, finalMs: 1_300, error: undefined }],
    ['an error, later', [DEFERRED, ERROR], { firstMs: 45, finalMs: 3_000, error: 'ENDPOINT_UNREACHABLE' }],
    ['the answer at once', [{ ...RESPONSE, kind: 'direct' }], { firstMs: 1_300, finalMs: 1_300, error: undefined }],
  ])('takes as long as Alexa waits: %s', (_what, steps, took) => {
    expect(tookOf(exchange(steps))).toEqual(took);
  });

  it('is not answered by what Alexa is told without having asked', () => {
    const change = { kind: 'change', atMs: 1_500, message: event('ChangeReport') };
    const one = exchange([DEFERRED, change]);

    expect(finalOf(one)).toBeUndefined();
    expect(changesOf(one)).toHaveLength(1);
  });

  it('is pending until its answer, and not for longer than anybody waits', () => {
    expect(isPending(exchange([DEFERRED]), 2_000)).toBe(true);
    expect(isPending(exchange([DEFERRED, RESPONSE]), 2_000)).toBe(false);
    expect(isPending(exchange([DEFERRED]), 10_001)).toBe(false);
  });

  it('counts for its kind when it has switched a bulb, the latest of each', () => {
    const conversation = [
      { utteranceId: 'a', text: 'x', saidAtMs: 3, directive: directive('desk-lamp', 'ReportState'), steps: [] },
      { utteranceId: 'b', text: 'x', saidAtMs: 2, directive: directive('desk-lamp'), steps: [] },
      { utteranceId: 'c', text: 'x', saidAtMs: 1, directive: directive('desk-lamp'), steps: [] },
    ];
    const { exchanges } = homeIn(told({ conversation }));

    expect(latestByKind(exchanges, bulbs)).toEqual({ polling: expect.objectContaining({ id: 'b' }) });
  });

  it.each([
    ['nothing yet', [], 2_000, { words: '…', tone: 'waits' }],
    ['she will be answered', [DEFERRED], 2_000, { words: 'One moment…', tone: 'waits' }],
    ['an answer', [DEFERRED, RESPONSE], 3_000, { words: 'OK.', tone: 'fine' }],
    ['an error', [ERROR], 5_000, { words: 'Sorry, that did not work (ENDPOINT_UNREACHABLE).', tone: 'refused' }],
    ['an error in words', [{ ...ERROR, speech: 'Sorry.' }], 5_000, { words: 'Sorry.', tone: 'refused' }],
    ['nothing in time', [DEFERRED], 20_000, { words: 'No answer came.', tone: 'refused' }],
  ])('is told in words when Alexa has heard: %s', (_what, steps, nowMs, answer) => {
    expect(answerOf(exchange(steps), nowMs)).toEqual(answer);
  });
});

describe('what can be said', () => {
  const { bulbs } = homeIn(told());

  it('switches each bulb to what it is not', () => {
    expect(bulbs.map(switchWords)).toEqual(['turn on the kitchen light', 'turn off the desk lamp']);
    expect(bulbs.map(shortWords)).toEqual(['kitchen on', 'desk off']);
    expect(sayings(bulbs)).toContain('set the desk lamp to 40 %');
  });
});

describe('the axis', () => {
  it('tells 50 ms from nothing, and ends where nobody waits any more', () => {
    expect([0, 50, 6_000, 60_000, -1].map(partOf)).toEqual([0, expect.closeTo(0.091, 2), 1, 1, 0]);
  });
});
