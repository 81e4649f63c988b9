import { describe, expect, it } from '@jest/globals';
import type { Directive } from '../domain/alexa.ts';
import { homeIdOf } from '../domain/bearer.ts';
import { makeHome, say } from '../domain/console.ts';
import { WELL_BEHAVED } from '../domain/misbehaviour.ts';
import type { SkillAnswer } from '../domain/ports.ts';
import { clockwork, conversationInMemory, homesOf, messageOf, START_MS, tokensInMemory } from './parts.ts';

const endpoints = [
  { endpointId: 'desk-lamp', friendlyName: 'desk lamp', cookie: { api: 'polling' }, capabilities: [] },
];

/** A skill that answers all directives, with what a test puts in the place of its answers. */
function skillOf(answers: Record<string, SkillAnswer | SkillAnswer[]> = {}) {
  const heard: Directive['directive'][] = [];
  const usual: Record<string, object> = {
    AcceptGrant: { header: { namespace: 'Alexa.Authorization', name: 'AcceptGrant.Response' } },
    Discover: { header: { namespace: 'Alexa.Discovery', name: 'Discover.Response' }, payload: { endpoints } },
    TurnOn: { properties: [['powerState', 'ON']] },
  };
  return {
    heard,
    async askSkill(directive: unknown): Promise<SkillAnswer> {
      const { directive: told } = directive as Directive;
      heard.push(told);
      const { name, correlationToken } = told.header;
      const { header, ...rest } = (usual[name] ?? {}) as { header?: object };
      const given = answers[name];
      const answer = Array.isArray(given) ? given.shift() : given;
      return answer ?? { kind: 'answer', message: messageOf({ ...rest, header: { correlationToken, ...header } }) };
    },
  };
}

async function setUp(
  answers?: Parameters<typeof skillOf>[0],
  { grants = 'table' as const, seed }: { grants?: 'table' | 'hub'; seed?: string } = {},
) {
  const clock = clockwork();
  const skill = skillOf(answers);
  const parts = {
    ...clock,
    ...skill,
    homes: homesOf(),
    tokens: tokensInMemory(),
    conversation: conversationInMemory(),
  };
  const made = await makeHome(parts, { grants, seed });
  const home = parts.homes.all.get(made.home.homeId) ?? made.home;
  return { ...parts, made, home, say: (text: string) => say(parts, home, text) };
}

describe('a new home', () => {
  it('is linked by a code of its own, and then Alexa discovers what is in it', async () => {
    const { heard, home, tokens, made } = await setUp();

    expect(heard.map(({ header }) => header.name)).toEqual(['AcceptGrant', 'Discover']);
    expect(new Set(heard.map(({ header }) => header.messageId)).size).toBe(2);
    expect(heard.every(({ header }) => header.messageId.length > 0)).toBe(true);
    const [{ payload: { grant, grantee } = {} } = {}, { payload: { scope } = {} } = {}] = heard;
    const token = { type: 'BearerToken', token: home.vendorToken };
    expect([grantee, scope]).toEqual([token, token]);
    expect(tokens.all.get((grant as { code: string }).code)).toMatchObject({ kind: 'code', homeId: home.homeId });
    expect(home).toMatchObject({
      isLinked: true,
      endpoints: [{ endpointId: 'desk-lamp', cookie: { api: 'polling' } }],
    });
    expect(made.home).toMatchObject({ isLinked: true });
  });

  it('has what was asked for, its bulbs, and a vendor’s token of its own', async () => {
    const { homes, home, made } = await setUp(undefined, { grants: 'hub', seed: 'mine' });
    const { seed, grants, createdAtMs, misbehaviour, vendorToken, homeId } = home;

    expect({ seed, grants, createdAtMs, misbehaviour }).toEqual({
      ...{ seed: 'mine', grants: 'hub', createdAtMs: START_MS },
      misbehaviour: WELL_BEHAVED,
    });
    expect([vendorToken, made.token].map((token) => homeIdOf(token))).toEqual([homeId, homeId]);
    expect(homes.bulbs.map((bulb) => bulb.homeId)).toEqual(Array(8).fill(homeId));
    expect(made.home.endpoints).toEqual(home.endpoints);
  });

  it('has three secrets that are not told to the same people', async () => {
    const { home, made } = await setUp();

    expect(made.token).not.toBe(home.vendorToken);
    expect(home.keyHash).not.toContain(made.token.split('.')[1]);
    expect(home.seed).toMatch(/^id-\d+$/);
    expect(home.seed).not.toBe(home.homeId);
  });

  it('is linked at the second try, with another code, by a skill that was asleep', async () => {
    const failed: SkillAnswer = { kind: 'failed', reason: 'asleep' };
    const { home, heard } = await setUp({ AcceptGrant: [failed], Discover: [failed] });

    expect(home).toMatchObject({ isLinked: true, endpoints: [{ endpointId: 'desk-lamp' }] });
    expect(heard.map(({ header }) => header.name)).toEqual(['AcceptGrant', 'AcceptGrant', 'Discover', 'Discover']);
    const codes = heard.slice(0, 2).map(({ payload }) => (payload.grant as { code: string }).code);
    expect(new Set(codes).size).toBe(2);
  });

  it.each<[string, SkillAnswer]>([
    ['there is no skill', { kind: 'failed', reason: 'ResourceNotFoundException' }],
    [
      'the skill refuses',
      {
        kind: 'answer',
        message: messageOf({
          header: { namespace: 'Alexa.Authorization', name: 'ErrorResponse', correlationToken: undefined },
        }),
      },
    ],
  ])('is there, and not linked, where %s', async (_why, answer) => {
    const { home, made } = await setUp({ AcceptGrant: answer, Discover: { kind: 'failed', reason: 'x' } });

    expect([home, made.home]).toMatchObject([
      { isLinked: false, endpoints: [] },
      { isLinked: false, endpoints: [] },
    ]);
  });
});

describe('what is said', () => {
  it('reaches the skill with the cookie that it gave, in the customer’s name, and is kept before the skill is asked', async () => {
    const { heard, home, conversation, say: speak } = await setUp();

    const { direct } = await speak('Alexa, turn on the desk lamp');

    expect(direct).toMatchObject({ speech: 'OK.', message: { event: { header: { name: 'Response' } } } });
    expect(heard.at(-1)).toMatchObject({
      header: { namespace: 'Alexa.PowerController', name: 'TurnOn', payloadVersion: '3' },
      endpoint: { endpointId: 'desk-lamp', cookie: { api: 'polling' }, scope: { token: home.vendorToken } },
    });
    expect(conversation.utterances.map(({ direct: answer }) => answer?.speech)).toEqual([undefined, 'OK.']);
    expect(conversation.believed).toEqual([{ deviceId: 'desk-lamp', power: 'ON', atMs: START_MS }]);
  });

  it('is kept whole: what was said and when, what Alexa made of it, and the answer', async () => {
    const { conversation, say: speak } = await setUp();

    const answered = await speak('turn on the desk lamp');

    const { utteranceId, directive } = answered;
    const said = { utteranceId, text: 'turn on the desk lamp', saidAtMs: START_MS, directive, deviceName: 'desk lamp' };
    expect(conversation.utterances).toEqual([said, { ...said, direct: answered.direct }]);
    expect(utteranceId).not.toBe('');
    expect(directive?.directive.header.name).toBe('TurnOn');
    expect(answered.direct?.atMs).toBe(START_MS);
  });

  it('may link the account, and discover', async () => {
    const linkedLater = await setUp({ AcceptGrant: { kind: 'failed', reason: 'x' } });
    expect(linkedLater.home.isLinked).toBe(false);
    const { askSkill } = skillOf();
    const parts = { ...linkedLater, askSkill };

    expect((await say(parts, linkedLater.home, 'link my account')).direct?.speech).toBe('Your account is linked.');
    expect(linkedLater.homes.all.get(linkedLater.home.homeId)).toMatchObject({ isLinked: true });
    expect((await say(parts, linkedLater.home, 'discover devices')).direct?.speech).toBe('I found 1 devices.');
  });

  it('does not link a skill that its customer has disabled', async () => {
    const parts = await setUp();
    const home = { ...parts.home, isLinked: false, misbehaviour: { ...WELL_BEHAVED, skillDisabled: true } };
    await parts.homes.change(home.homeId, home);

    await say(parts, home, 'link my account');

    expect(parts.homes.all.get(home.homeId)).toMatchObject({ isLinked: false });
  });

  it('to a skill that is silent is told so, whatever it was about', async () => {
    const failed: SkillAnswer = { kind: 'failed', reason: 'x' };
    const { say: speak } = await setUp({ Discover: failed, AcceptGrant: failed });

    expect((await speak('discover devices')).direct?.speech).toBe('Sorry, your skill isn’t responding.');
  });

  it('has ids of its own each time', async () => {
    const { heard, say: speak } = await setUp();
    await speak('turn on the desk lamp');
    await speak('turn on the desk lamp');

    const ids = heard.slice(-2).flatMap(({ header }) => [header.messageId, header.correlationToken]);
    expect(new Set(ids).size).toBe(4);
  });

  it.each<[string, SkillAnswer]>([
    ['nothing', { kind: 'answer', message: undefined }],
    ['what is no message', { kind: 'answer', message: { well: 'no' } }],
    [
      'an answer to something else',
      { kind: 'answer', message: messageOf({ header: { correlationToken: 'another' } }) },
    ],
    ['an answer to nothing', { kind: 'answer', message: messageOf({ header: { correlationToken: undefined } }) }],
    ['an error', { kind: 'failed', reason: 'Unhandled' }],
  ])('is not answered by %s', async (_what, answer) => {
    const { say: speak, conversation } = await setUp({ TurnOn: answer });

    const { direct } = await speak('turn on the desk lamp');

    expect(direct).toEqual({ atMs: START_MS, message: undefined, speech: 'Sorry, the desk lamp isn’t responding.' });
    expect(conversation.believed).toEqual([]);
  });

  it('and is not understood never reaches the skill', async () => {
    const { say: speak, heard, conversation } = await setUp();

    expect((await speak('what is the time')).direct?.speech).toBe(
      'Sorry, I don’t know that one. Try “turn on the desk lamp”.',
    );

    expect(heard).toHaveLength(2);
    expect(conversation.utterances).toEqual([
      {
        ...{ utteranceId: expect.stringMatching(/^id-/), text: 'what is the time', saidAtMs: START_MS },
        direct: { atMs: START_MS, speech: 'Sorry, I don’t know that one. Try “turn on the desk lamp”.' },
      },
    ]);
  });
});
