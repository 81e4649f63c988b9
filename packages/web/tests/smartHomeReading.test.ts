import { describe, expect, it } from '@jest/globals';
import { bulbOf, isPending, kindOf, latestByKind, latestOf, remembered, tookOf } from '../src/smart-home/exchange.ts';
import type { Exchange } from '../src/smart-home/home.ts';
import { homeIn } from '../src/smart-home/reading.ts';
import { GIVEN_UP_MS, MARKS_MS, partOf } from '../src/smart-home/scale.ts';
import { answerOf, isLong, sayings, shortWords, switchWords, toldWords } from '../src/smart-home/words.ts';

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
const ANSWERED = { kind: 'answered', speech: 'OK.', tookMs: 1_300 };
const REFUSED = { kind: 'refused', speech: '', tookMs: 3_000, error: 'ENDPOINT_UNREACHABLE' };
const UNANSWERED = { kind: 'unanswered', speech: 'Sorry, it is not responding.' };

const property = (name: string, value: unknown) => ({ name, value });
const report = (endpointId: string, ...properties: object[]) => ({
  event: { header: { name: 'ChangeReport' }, endpoint: { endpointId }, payload: { change: { properties } } },
});
const unasked = (message: object, more: object = {}) => ({
  ...{ utteranceId: 'c', text: '', saidAtMs: 5_000, directive: undefined },
  ...{ steps: [{ kind: 'change', atMs: 5_000, message }], ...more },
});

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
    ['of no kind, where it is about no bulb', directive('unknown', 'Discover'), undefined],
  ])('is of a kind: %s', (_how, said, kind) => {
    expect(kindOf(exchange([], { directive: said }), bulbs)).toBe(kind);
  });

  it('is about the bulb that a message names, where nobody has said anything', () => {
    expect(bulbOf(exchange([], unasked(report('desk-lamp'))), bulbs)?.name).toBe('desk lamp');
  });

  it.each([
    ['nothing yet', [], undefined, { firstMs: undefined, finalMs: undefined, error: undefined }],
    ['that it will be answered', [DEFERRED], undefined, { firstMs: 45, finalMs: undefined, error: undefined }],
    ['the answer, later', [DEFERRED, RESPONSE], ANSWERED, { firstMs: 45, finalMs: 1_300, error: undefined }],
    ['an error, later', [DEFERRED], REFUSED, { firstMs: 45, finalMs: 3_000, error: 'ENDPOINT_UNREACHABLE' }],
    ['nothing in time', [DEFERRED], UNANSWERED, { firstMs: 45, finalMs: undefined, error: 'no answer' }],
    ['an outcome of another kind', [], { kind: 'lost' }, { firstMs: undefined, finalMs: undefined, error: undefined }],
  ])('takes as long as Alexa waits: %s', (_what, steps, outcome, took) => {
    expect(tookOf(exchange(steps, { outcome }))).toEqual(took);
  });

  it('is pending until its outcome is known, and never when nobody has said anything', () => {
    expect(isPending(exchange([DEFERRED]))).toBe(true);
    expect(isPending(exchange([DEFERRED, RESPONSE], { outcome: ANSWERED }))).toBe(false);
    expect(isPending(exchange([], unasked(report('desk-lamp'))))).toBe(false);
  });

  it('says of each message what is remarkable', () => {
    const late = { ...RESPONSE, isLate: true };
    const again = { ...RESPONSE, isSuperfluous: true };
    const { steps } = exchange([DEFERRED, late, again, { ...RESPONSE, repeated: 1 }]);

    expect(steps.map(({ remark }) => remark)).toEqual(['', 'late', 'again', '×2']);
  });

  it('counts for its kind when it was to switch a bulb, the latest of each, with what Alexa was told unasked since', () => {
    const said = { text: 'x', directive: directive('desk-lamp'), steps: [] };
    const conversation = [
      unasked(report('desk-lamp'), { utteranceId: 'change', saidAtMs: 4 }),
      unasked(report('kitchen-light'), { utteranceId: 'of another', saidAtMs: 4 }),
      { ...said, utteranceId: 'a', saidAtMs: 3, directive: directive('desk-lamp', 'ReportState') },
      { ...said, utteranceId: 'b', saidAtMs: 2 },
      unasked(report('desk-lamp'), { utteranceId: 'before', saidAtMs: 1 }),
      { ...said, utteranceId: 'c', saidAtMs: 0 },
    ];

    const { polling, ...others } = latestByKind(homeIn(told({ conversation })).exchanges, bulbs);

    expect(polling?.exchange.id).toBe('b');
    expect(polling?.changes.map(({ exchange: { id } }) => id)).toEqual(['change']);
    expect(others).toEqual({});
  });

  it.each<[string, string, object, object[], boolean]>([
    ['on, and is off', 'TurnOn', {}, [property('powerState', 'OFF')], true],
    ['on, and is', 'TurnOn', {}, [property('powerState', 'ON'), property('brightness', 80)], false],
    ['off, and is on', 'TurnOff', {}, [property('powerState', 'ON')], true],
    ['on, and nothing is said of it', 'TurnOn', {}, [property('brightness', 80)], false],
    ['bright, and is dim', 'SetBrightness', { brightness: 90 }, [property('brightness', 10)], true],
    ['bright, and is', 'SetBrightness', { brightness: 90 }, [property('brightness', 90)], false],
    ['bright, and is off', 'SetBrightness', { brightness: 90 }, [property('powerState', 'OFF')], true],
  ])(
    'is taken back by what Alexa is told, or not: it was to be %s',
    (_how, name, payload, properties, isCorrection) => {
      const { directive: said } = directive('desk-lamp', name);
      const conversation = [
        { utteranceId: 'a', text: 'x', saidAtMs: 1, directive: { directive: { ...said, payload } }, steps: [] },
        unasked(report('desk-lamp', ...properties)),
      ];

      const { polling } = latestByKind(homeIn(told({ conversation })).exchanges, bulbs);

      expect(polling?.changes.map((change) => change.isCorrection)).toEqual([isCorrection]);
    },
  );

  describe('is the latest that is shown', () => {
    const said = { utteranceId: 'said', text: 'x', saidAtMs: 1, directive: directive('desk-lamp'), steps: [DEFERRED] };
    const change = (power: string, cause: string) => {
      const { event: one } = report('desk-lamp', property('powerState', power));
      return { event: { ...one, payload: { change: { ...one.payload.change, cause: { type: cause } } } } };
    };
    const shown = (message?: object) => {
      const { exchanges } = homeIn(told({ conversation: message ? [said, unasked(message)] : [said] }));
      const { exchange: one, steps, others } = latestOf(exchanges, bulbs) ?? {};
      return [one?.id, steps?.length, others?.map(({ id }) => id)];
    };

    it.each([
      ['with nothing after it', undefined, ['said', 1, []]],
      ['with what its bulb has come to be', change('ON', 'VOICE_INTERACTION'), ['said', 2, []]],
      ['no longer, when it is taken back', change('OFF', 'VOICE_INTERACTION'), ['c', 1, ['said']]],
      ['before what a hand has done', change('ON', 'PHYSICAL_INTERACTION'), ['said', 1, ['c']]],
      ['before what another bulb has come to be', report('kitchen-light'), ['said', 1, ['c']]],
    ])('%s', (_how, message, found) => {
      expect(shown(message)).toEqual(found);
    });

    it('which is what Alexa was told, while nobody has said anything', () => {
      const { exchanges } = homeIn(told({ conversation: [unasked(report('kitchen-light'))] }));

      expect(latestOf(exchanges, bulbs)?.exchange.id).toBe('c');
    });

    it('and nothing while there is none', () => {
      expect(latestOf([], bulbs)).toBeUndefined();
    });
  });

  it('is remembered for its kind when the world tells of newer ones alone, until another home tells of none', () => {
    const said = (utteranceId: string, endpointId: string) =>
      homeIn(
        told({
          conversation: [{ utteranceId, text: 'x', saidAtMs: 1, directive: directive(endpointId), steps: [] }],
        }),
      );
    const idsIn = (known: ReturnType<typeof remembered>) => [known.polling?.exchange.id, known.sync?.exchange.id];

    const before = remembered(remembered({}, said('a', 'desk-lamp')), said('b', 'kitchen-light'));

    expect(idsIn(before)).toEqual(['a', 'b']);
    expect(idsIn(remembered(before, said('c', 'desk-lamp')))).toEqual(['c', 'b']);
    expect(remembered(before, homeIn(told()))).toEqual({});
  });

  it('is not taken back by what a hand does', () => {
    const { event: one } = report('desk-lamp', property('powerState', 'OFF'));
    const message = {
      event: { ...one, payload: { change: { ...one.payload.change, cause: { type: 'PHYSICAL_INTERACTION' } } } },
    };
    const conversation = [
      { utteranceId: 'a', text: 'x', saidAtMs: 1, directive: directive('desk-lamp'), steps: [] },
      unasked(message),
    ];

    const { polling } = latestByKind(homeIn(told({ conversation })).exchanges, bulbs);

    expect(polling?.changes.map((change) => change.isCorrection)).toEqual([false]);
  });

  it.each([
    ['nothing yet', [], undefined, { words: '…', tone: 'waits' }],
    ['she will be answered', [DEFERRED], undefined, { words: 'One moment…', tone: 'waits' }],
    ['an answer', [DEFERRED, RESPONSE], ANSWERED, { words: 'OK.', tone: 'fine' }],
    ['an error', [DEFERRED], REFUSED, { words: 'Sorry, that did not work.', tone: 'refused' }],
    ['nothing in time', [DEFERRED], UNANSWERED, { words: 'Sorry, it is not responding.', tone: 'refused' }],
  ])('is told in words when Alexa has heard: %s', (_what, steps, outcome, answer) => {
    expect(answerOf(exchange(steps, { outcome }), bulbs)).toEqual(answer);
  });

  it('is no success when Alexa has asked how a bulb is that cannot be reached', () => {
    const reported = (value: string) => ({
      ...{ kind: 'direct', atMs: 1_045 },
      message: { ...event('StateReport'), context: { properties: [property('connectivity', { value })] } },
    });
    const toneOf = (value: string) => answerOf(exchange([reported(value)], { outcome: ANSWERED }), bulbs).tone;

    expect(['OK', 'UNREACHABLE'].map(toneOf)).toEqual(['fine', 'refused']);
  });

  it('is told in two lines when one does not hold it', () => {
    expect(['OK.', 'The hall light is on, at 80 percent.'].map(isLong)).toEqual([false, true]);
  });

  it('is told in words when Alexa was told unasked', () => {
    const message = report('desk-lamp', property('powerState', 'ON'), property('brightness', 40));

    expect(answerOf(exchange([], unasked(message)), bulbs)).toEqual({
      words: 'The desk lamp is on, 40 %.',
      tone: 'told',
    });
  });

  it.each([
    ['off, whatever its brightness', [property('powerState', 'OFF'), property('brightness', 40)], 'off'],
    ['on', [property('powerState', 'ON')], 'on'],
    ['brighter', [property('brightness', 90)], '90 %'],
    ['nothing that is known here', [property('connectivity', {})], ''],
  ])('tells of a state: %s', (_how, properties, words) => {
    expect(toldWords(report('x', ...properties))).toBe(words);
    expect(toldWords({ event: {}, context: { properties } })).toBe(words);
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
  it('has a mark where a bulb is given up: three seconds before the time is over', () => {
    expect(GIVEN_UP_MS).toBe(3_000);
    expect(MARKS_MS).toContain(GIVEN_UP_MS);
  });

  it('tells 50 ms from nothing, and ends where nobody waits any more', () => {
    expect([0, 50, 6_000, 60_000, -1].map(partOf)).toEqual([0, expect.closeTo(0.091, 2), 1, 1, 0]);
  });
});
