import { describe, expect, it } from '@jest/globals';
import type { SkillMessage } from '../domain/alexa.ts';
import { beliefIn, receive } from '../domain/gateway.ts';
import {
  clockwork,
  conversationInMemory,
  HOME_ID,
  homeOf,
  homesOf,
  messageOf,
  START_MS,
  tokensInMemory,
} from './parts.ts';

const TOKEN = `Atza|${HOME_ID}.secret`;
const scoped = (parts: Parameters<typeof messageOf>[0] = {}, token = TOKEN): SkillMessage =>
  messageOf({ ...parts, endpoint: { ...parts.endpoint, scope: { type: 'BearerToken', token } } });

async function setUp(home: Parameters<typeof homeOf>[0] = {}) {
  const clock = clockwork();
  const conversation = conversationInMemory();
  const tokens = tokensInMemory();
  const homes = homesOf(homeOf(home));
  const grant = { kind: 'access' as const, homeId: HOME_ID, issuedAtMs: START_MS, expiresAtMs: START_MS + 3_600_000 };
  await tokens.issue(TOKEN, grant);
  await tokens.issue(`Atzr|${HOME_ID}.refresh`, { ...grant, kind: 'refresh' });
  const parts = { ...clock, conversation, tokens, homes };
  return {
    ...parts,
    send: (body: unknown = scoped(), token: string | undefined = TOKEN) => receive(parts, token, body),
    sendAs: (token: string | undefined) => receive(parts, token, scoped({}, token)),
  };
}

const accepted = (isRepeated = false) => ({ outcome: 'accepted', isRepeated });
const refused = (code: string) => ({ outcome: 'refused', code, description: expect.stringMatching(/\w+.*\w+/) });

describe('a message', () => {
  it('is accepted, kept, and believed', async () => {
    const { send, conversation } = await setUp();
    const message = scoped({
      properties: [
        ['powerState', 'ON'],
        ['brightness', 40],
      ],
    });

    expect(await send(message)).toEqual(accepted());

    expect(conversation.events).toEqual([{ messageId: 'message-1', atMs: START_MS, message, repeated: 0 }]);
    expect(conversation.believed).toEqual([{ deviceId: 'desk-lamp', power: 'ON', brightness: 40, atMs: START_MS }]);
  });

  it('that comes again is accepted, kept once, and counted', async () => {
    const { send, conversation } = await setUp();

    expect([await send(), await send(), await send()]).toEqual([accepted(), accepted(true), accepted(true)]);

    expect(conversation.events).toMatchObject([{ messageId: 'message-1', repeated: 2 }]);
    // It says nothing of any device.
    expect(conversation.believed).toEqual([]);
  });

  const report = { header: { name: 'ChangeReport', correlationToken: undefined } };
  it.each([
    ['a report of a change', scoped(report)],
    ['an error', scoped({ header: { name: 'ErrorResponse' }, payload: { type: 'ENDPOINT_UNREACHABLE', message: '' } })],
    ['how a device is', scoped({ header: { name: 'StateReport' } })],
  ])('may be %s', async (_what, message) => {
    expect(await (await setUp()).send(message)).toEqual(accepted());
  });

  it.each<[string, unknown]>([
    ['no object', 'message'],
    ['nothing', {}],
    ['of another version', scoped({ header: { payloadVersion: '2' } })],
    ['about no device, in nobody’s name', { ...messageOf(), event: { ...messageOf().event, endpoint: undefined } }],
    ['without an id', scoped({ header: { messageId: undefined } })],
    ['of a kind that is not sent', scoped({ header: { name: 'DeferredResponse' } })],
    ['of another namespace', scoped({ header: { namespace: 'Alexa.Discovery' } })],
    ['an answer to nothing', scoped({ header: { correlationToken: undefined } })],
    ['a report that answers', scoped({ header: { name: 'ChangeReport' } })],
    ['in nobody’s name', messageOf()],
    ['in another name than its header’s', scoped({}, `Atza|${HOME_ID}.other`)],
  ])('is not taken when it is %s', async (_what, message) => {
    const { send, conversation } = await setUp();

    expect(await send(message)).toMatchObject(refused('INVALID_REQUEST_EXCEPTION'));
    expect(conversation.events).toEqual([]);
  });
});

it.each<[string, SkillMessage | object, RegExp]>([
  ['what is missing, and where', scoped({ header: { messageId: undefined } }), /^event\.header\.messageId: /],
  [
    'that an answer needs its token',
    scoped({ header: { correlationToken: undefined } }),
    /correlationToken is missing/,
  ],
  ['that a report has none', scoped({ header: { name: 'ChangeReport' } }), /A ChangeReport has no correlationToken/],
])('a refusal says %s', async (_what, message, description) => {
  expect(await (await setUp()).send(message)).toMatchObject({ description: expect.stringMatching(description) });
});

it('a message that says nothing of a device changes no belief', async () => {
  const { send, conversation } = await setUp();
  await send();

  expect(conversation.believed).toHaveLength(0);
});

describe('a token', () => {
  it.each([
    ['there is none', undefined],
    ['it is none', 'Bearer'],
    ['nobody has issued it', `Atza|${HOME_ID}.guessed`],
    ['it is a refresh token', `Atzr|${HOME_ID}.refresh`],
    ['it is of another home', 'Atza|22222222-2222-4222-8222-222222222222.secret'],
  ])('is refused when %s', async (_why, token) => {
    expect(await (await setUp()).sendAs(token)).toMatchObject(refused('INVALID_ACCESS_TOKEN_EXCEPTION'));
  });

  it('is refused when its time is over, and sooner where tokens end early', async () => {
    const [patient, hasty] = [await setUp(), await setUp({ misbehaviour: { tokensExpire: true } })];
    patient.pass(10_000);
    hasty.pass(10_000);

    expect(await patient.send()).toEqual(accepted());
    expect(await hasty.send()).toMatchObject(refused('INVALID_ACCESS_TOKEN_EXCEPTION'));
    patient.pass(3_590_000);
    expect(await patient.send()).toMatchObject(refused('INVALID_ACCESS_TOKEN_EXCEPTION'));
  });

  it('of a customer who has switched off the skill, never switched it on, or is gone, is refused by its reason', async () => {
    expect(await (await setUp({ misbehaviour: { skillDisabled: true } })).send()).toMatchObject(
      refused('SKILL_DISABLED_EXCEPTION'),
    );
    expect(await (await setUp({ isLinked: false })).send()).toMatchObject(refused('SKILL_NEVER_ENABLED_EXCEPTION'));
    const gone = await setUp();
    gone.homes.all.clear();
    expect(await gone.send()).toMatchObject(refused('SKILL_NOT_FOUND_EXCEPTION'));
  });
});

it('a gateway that is busy turns each message away once, by either code, and keeps it the second time', async () => {
  const { send, conversation } = await setUp({ misbehaviour: { gatewayBusy: true } });
  const codes = new Set<string>();
  for (let at = 0; at < 20; at++) {
    const message = scoped({ header: { messageId: `message-${at}` } });
    const first = await send(message);
    codes.add(first.outcome === 'refused' ? first.code : 'accepted');
    expect(first).toMatchObject({ description: expect.stringMatching(/Try again later\.$/) });
    expect(await send(message)).toEqual(accepted());
  }

  expect([...codes].sort()).toEqual(['SERVICE_UNAVAILABLE_EXCEPTION', 'THROTTLING_EXCEPTION']);
  expect(conversation.events.map(({ repeated }) => repeated)).toEqual(Array(20).fill(0));
});

it.each<[string, Parameters<typeof messageOf>[0], unknown]>([
  ['what the context says', { properties: [['powerState', 'OFF']] }, { power: 'OFF' }],
  ['that it is reached', { properties: [['connectivity', { value: 'OK' }]] }, { isReachable: true }],
  [
    'nothing of a value that is none',
    {
      properties: [
        ['powerState', 'MAYBE'],
        ['brightness', 'much'],
        ['connectivity', {}],
      ],
    },
    {},
  ],
  ['that it is not reached', { properties: [['connectivity', { value: 'UNREACHABLE' }]] }, { isReachable: false }],
  [
    'what has changed, more than the rest',
    {
      properties: [
        ['powerState', 'OFF'],
        ['brightness', 20],
      ],
      payload: {
        change: {
          properties: [
            { namespace: 'Alexa', name: 'powerState', value: 'ON', timeOfSample: '2030-01-01T00:00:05.000Z' },
          ],
        },
      },
    },
    { power: 'ON', brightness: 20, atMs: START_MS + 5000 },
  ],
])('Alexa believes %s', (_what, parts, expected) => {
  expect(beliefIn(messageOf(parts))).toStrictEqual({ deviceId: 'desk-lamp', atMs: START_MS, ...(expected as object) });
});

it('Alexa believes nothing of a message that says nothing', () => {
  const { endpoint: _endpoint, ...event } = messageOf({ properties: [['powerState', 'ON']] }).event;
  expect(beliefIn({ event })).toBeUndefined();
  expect(beliefIn(messageOf())).toBeUndefined();
  expect(
    beliefIn(messageOf({ endpoint: { endpointId: undefined }, properties: [['powerState', 'ON']] })),
  ).toBeUndefined();
});
