import { describe, expect, it } from '@jest/globals';
import { directiveTo, withoutSecrets } from '../domain/alexa.ts';
import { conversationOf, type GatewayEvent, type Utterance } from '../domain/conversation.ts';
import { calledIn, speechTo } from '../domain/speech.ts';
import { messageOf, START_MS } from './parts.ts';

const patience = { directMs: 8000, deferredMs: 6000 };
const SILENCE = 'Sorry, the desk lamp isn’t responding.';

const directive = directiveTo(
  { endpointId: 'desk-lamp', friendlyName: 'desk lamp' },
  { namespace: 'Alexa.PowerController', name: 'TurnOn', payload: {} },
  { messageId: 'directive-1', token: 'secret', correlationToken: 'token-1' },
);
const deferred = { atMs: START_MS + 100, message: messageOf({ header: { name: 'DeferredResponse' } }), speech: '' };

const utteranceOf = (overrides: Partial<Utterance> = {}): Utterance => ({
  utteranceId: 'u-1',
  text: 'turn on the desk lamp',
  saidAtMs: START_MS,
  directive,
  deviceName: 'desk lamp',
  direct: deferred,
  ...overrides,
});

const eventOf = (afterMs: number, parts: Parameters<typeof messageOf>[0] = {}, repeated = 0): GatewayEvent => ({
  messageId: `event-${afterMs}`,
  atMs: START_MS + afterMs,
  message: messageOf(parts),
  repeated,
});
const failed = { header: { name: 'ErrorResponse' }, payload: { type: 'ENDPOINT_UNREACHABLE', message: '' } };

const at = (nowMs: number, utterance: Utterance, ...events: GatewayEvent[]) => {
  const [exchange] = conversationOf([utterance], events, { nowMs: START_MS + nowMs, patience });
  if (!exchange) throw new Error('there is none');
  return exchange;
};

describe('what was said', () => {
  it('waits for its answer as long as Alexa does, and no longer', () => {
    expect(at(6000, utteranceOf()).outcome).toBeUndefined();
    expect(at(6001, utteranceOf()).outcome).toEqual({ kind: 'unanswered', speech: SILENCE });
    expect(at(8000, utteranceOf({ direct: undefined })).outcome).toBeUndefined();
    expect(at(8001, utteranceOf({ direct: undefined })).outcome).toMatchObject({ kind: 'unanswered' });
  });

  it('is answered by the event that comes in time', () => {
    const { outcome, steps } = at(9000, utteranceOf(), eventOf(2000));

    expect(outcome).toEqual({ kind: 'answered', speech: 'OK.', tookMs: 2000 });
    expect(steps.map(({ kind, speech }) => [kind, speech])).toEqual([
      ['direct', ''],
      ['event', 'OK.'],
    ]);
  });

  it('is refused by an error, whose type it tells', () => {
    expect(at(9000, utteranceOf(), eventOf(2000, failed)).outcome).toEqual({
      kind: 'refused',
      error: 'ENDPOINT_UNREACHABLE',
      speech: 'Sorry, the desk lamp isn’t responding. Please check its network connection and power supply.',
      tookMs: 2000,
    });
  });

  it('is not answered by what comes too late: that is shown, and said by nobody', () => {
    const { outcome, steps } = at(9000, utteranceOf(), eventOf(6001));

    expect(outcome).toEqual({ kind: 'unanswered', speech: SILENCE });
    expect(steps[1]).toMatchObject({ isLate: true, speech: '' });
    expect(at(9000, utteranceOf(), eventOf(6000)).outcome).toMatchObject({ kind: 'answered' });
  });

  it('is answered once: what comes after the first answer is superfluous, in whatever order it is read', () => {
    const { outcome, steps } = at(9000, utteranceOf(), eventOf(3000), eventOf(2000, failed));

    expect(outcome).toMatchObject({ kind: 'refused', tookMs: 2000 });
    expect(steps.map(({ isSuperfluous }) => isSuperfluous ?? false)).toEqual([false, false, true]);
    expect(steps[2]).toMatchObject({ speech: '' });
  });

  it('tells how often an answer came once more', () => {
    expect(at(9000, utteranceOf(), eventOf(2000, {}, 1)).steps[1]).toMatchObject({ repeated: 1 });
    expect(at(9000, utteranceOf(), eventOf(2000)).steps[1]).not.toHaveProperty('repeated');
  });

  it('may be answered by the function itself; then nothing more is waited for', () => {
    const direct = { atMs: START_MS + 200, message: messageOf(), speech: 'OK.' };
    const { outcome, steps } = at(100, utteranceOf({ direct }), eventOf(2000));

    expect(outcome).toEqual({ kind: 'answered', speech: 'OK.', tookMs: 200 });
    expect(steps[1]).toMatchObject({ isSuperfluous: true });
  });

  it('is not answered where the function has failed', () => {
    const direct = { atMs: START_MS + 200, speech: SILENCE };

    expect(at(300, utteranceOf({ direct })).outcome).toEqual({ kind: 'unanswered', speech: SILENCE });
  });

  it('and was not understood goes nowhere', () => {
    const direct = { atMs: START_MS, speech: 'Sorry, I don’t know that one.' };
    const exchange = at(100, { utteranceId: 'u-1', text: 'moo', saidAtMs: START_MS, direct });

    expect(exchange.outcome).toEqual({ kind: 'misunderstood', speech: 'Sorry, I don’t know that one.' });
    expect(exchange).not.toHaveProperty('directive');
    // A report has no correlation token either.
    const report = eventOf(50, { header: { name: 'ChangeReport', correlationToken: undefined } });
    const said = { utteranceId: 'u-1', text: 'moo', saidAtMs: START_MS, direct };
    const exchanges = conversationOf([said], [report], { nowMs: START_MS, patience });
    expect(exchanges.map(({ steps }) => steps.map(({ kind }) => kind))).toEqual([['change'], ['direct']]);
  });

  it('may be answered by an event before the function has answered itself', () => {
    const { outcome, steps } = at(2500, utteranceOf({ direct: undefined }), eventOf(2000));

    expect(outcome).toMatchObject({ kind: 'answered', tookMs: 2000 });
    expect(steps[0]).not.toHaveProperty('isSuperfluous');
  });

  it('is shown with what Alexa made of it, its tokens masked, and nothing that is not there yet', () => {
    expect(at(100, utteranceOf())).toStrictEqual({
      ...{ utteranceId: 'u-1', text: 'turn on the desk lamp', saidAtMs: START_MS },
      directive: withoutSecrets(directive),
      steps: [{ kind: 'direct', atMs: deferred.atMs, message: deferred.message, speech: '' }],
    });
    expect(at(9000, utteranceOf(), eventOf(2000)).outcome).toStrictEqual({
      kind: 'answered',
      speech: 'OK.',
      tookMs: 2000,
    });
    expect(at(9000, utteranceOf(), eventOf(2000)).steps[1]).toStrictEqual({
      ...{ kind: 'event', atMs: START_MS + 2000, message: messageOf(), speech: 'OK.' },
    });
  });

  it('shows no token', () => {
    const event = eventOf(2000, { endpoint: { scope: { type: 'BearerToken', token: 'secret' } } });

    expect(JSON.stringify(at(9000, utteranceOf(), event))).not.toContain('secret');
  });
});

it('a report that nobody asked for stands for itself, in its time', () => {
  const report = eventOf(2000, { header: { name: 'ChangeReport', correlationToken: undefined } });
  const later = utteranceOf({ utteranceId: 'u-2', saidAtMs: START_MS + 3000, direct: undefined });
  const exchanges = conversationOf([utteranceOf(), later], [report], { nowMs: START_MS + 3000, patience });

  expect(
    exchanges.map(({ utteranceId, text, steps }) => [utteranceId, text !== '', steps.map(({ kind }) => kind)]),
  ).toEqual([
    ['u-2', true, []],
    ['event-2000', false, ['change']],
    ['u-1', true, ['direct']],
  ]);
});

it('a report is shown as it came, without its token, and how often it came', () => {
  const report = eventOf(
    2000,
    {
      header: { name: 'ChangeReport', correlationToken: undefined },
      endpoint: { scope: { type: 'BearerToken', token: 'secret' } },
    },
    1,
  );
  const [exchange] = conversationOf([], [report], { nowMs: START_MS, patience });

  const shown = messageOf({
    header: { name: 'ChangeReport', correlationToken: undefined },
    endpoint: { scope: { type: 'BearerToken', token: '•••' } },
  });
  expect(exchange).toEqual({
    ...{ utteranceId: 'event-2000', text: '', saidAtMs: START_MS + 2000 },
    steps: [{ kind: 'change', atMs: START_MS + 2000, message: shown, speech: '', repeated: 1 }],
  });
  expect(
    conversationOf([], [{ ...report, repeated: 0 }], { nowMs: START_MS, patience })[0]?.steps[0],
  ).not.toHaveProperty('repeated');
});

it.each([
  'BRIDGE_UNREACHABLE',
  'ENDPOINT_BUSY',
  'ENDPOINT_UNREACHABLE',
  'HARDWARE_MALFUNCTION',
  'INVALID_VALUE',
  'NO_SUCH_ENDPOINT',
])('Alexa tells of %s in words of its own', (type) => {
  const speech = speechTo(messageOf({ header: { name: 'ErrorResponse' }, payload: { type } }), 'desk lamp');

  expect(speech).toMatch(/^Sorry, .*desk lamp/);
});

it.each<[Parameters<typeof messageOf>[0], string]>([
  ...['EXPIRED_AUTHORIZATION_CREDENTIAL', 'INVALID_AUTHORIZATION_CREDENTIAL'].map((type): [object, string] => [
    { header: { name: 'ErrorResponse' }, payload: { type } },
    'Sorry, I can’t reach the desk lamp. Please link your account again.',
  ]),
  [
    { header: { name: 'ErrorResponse' }, payload: { type: 'RATE_LIMIT_EXCEEDED' } },
    'Sorry, the desk lamp gets too many requests. Please try again later.',
  ],
  [{ header: { name: 'Discover.Response' } }, 'I found 0 devices.'],
  [{ header: { name: 'ErrorResponse' } }, 'Sorry, something went wrong.'],
  [
    {
      header: { name: 'StateReport' },
      properties: [
        ['powerState', 'ON'],
        ['connectivity', { value: 'OK' }],
      ],
    },
    'The desk lamp is on.',
  ],
  [
    {
      header: { name: 'StateReport' },
      properties: [
        ['powerState', 'ON'],
        ['connectivity', null],
      ],
    },
    'The desk lamp is on.',
  ],
  [
    {
      header: { name: 'StateReport' },
      properties: [
        ['powerState', 'ON'],
        ['connectivity', {}],
      ],
    },
    'The desk lamp is on.',
  ],
  [{ header: { name: 'Response' } }, 'OK.'],
  [
    {
      header: { name: 'StateReport' },
      properties: [
        ['powerState', 'OFF'],
        ['brightness', 20],
      ],
    },
    'The desk lamp is off.',
  ],
  [
    {
      header: { name: 'StateReport' },
      properties: [
        ['powerState', 'ON'],
        ['brightness', 20],
      ],
    },
    'The desk lamp is on, at 20 percent.',
  ],
  [{ header: { name: 'StateReport' }, properties: [['powerState', 'ON']] }, 'The desk lamp is on.'],
  [
    {
      header: { name: 'StateReport' },
      properties: [
        ['powerState', 'ON'],
        ['connectivity', { value: 'UNREACHABLE' }],
      ],
    },
    'Sorry, the desk lamp isn’t responding. Please check its network connection and power supply.',
  ],
  [{ header: { name: 'Discover.Response' }, payload: { endpoints: [{}, {}] } }, 'I found 2 devices.'],
  [{ header: { name: 'AcceptGrant.Response' } }, 'Your account is linked.'],
  [
    { header: { name: 'ErrorResponse' }, payload: { type: 'ACCEPT_GRANT_FAILED' } },
    'Sorry, your account could not be linked.',
  ],
  [
    { header: { name: 'ErrorResponse' }, payload: { type: 'VALUE_OUT_OF_RANGE' } },
    'Sorry, I can’t set the desk lamp to that.',
  ],
  [{ header: { name: 'ErrorResponse' }, payload: { type: 'INTERNAL_ERROR' } }, 'Sorry, something went wrong.'],
  [{ header: { name: 'DeferredResponse' } }, ''],
])('Alexa says to %j: %s', (parts, speech) => {
  expect(speechTo(messageOf(parts), calledIn('desk lamp'))).toBe(speech);
});
