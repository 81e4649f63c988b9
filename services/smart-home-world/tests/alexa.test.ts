import { describe, expect, it } from '@jest/globals';
import type { Directive } from '../domain/alexa.ts';
import { makeHome, say } from '../domain/console.ts';
import type { SkillAnswer } from '../domain/ports.ts';
import { clockwork, conversationInMemory, homesOf, messageOf, START_MS, tokensInMemory } from './parts.ts';

const endpoints = [
  { endpointId: 'desk-lamp', friendlyName: 'desk lamp', cookie: { api: 'polling' }, capabilities: [] },
];

/** A skill that answers all directives, with what a test puts in the place of its answers. */
function skillOf(answers: Record<string, SkillAnswer> = {}) {
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
      return (
        answers[name] ?? { kind: 'answer', message: messageOf({ ...rest, header: { correlationToken, ...header } }) }
      );
    },
  };
}

async function setUp(answers?: Record<string, SkillAnswer>) {
  const clock = clockwork();
  const skill = skillOf(answers);
  const parts = {
    ...clock,
    ...skill,
    homes: homesOf(),
    tokens: tokensInMemory(),
    conversation: conversationInMemory(),
  };
  const made = await makeHome(parts, { grants: 'table' });
  const home = parts.homes.all.get(made.home.homeId) ?? made.home;
  return { ...parts, made, home, say: (text: string) => say(parts, home, text) };
}

describe('a new home', () => {
  it('is linked by a code of its own, and then Alexa discovers what is in it', async () => {
    const { heard, home, tokens, made } = await setUp();

    expect(heard.map(({ header }) => header.name)).toEqual(['AcceptGrant', 'Discover']);
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

  it('has three secrets that are not told to the same people', async () => {
    const { home, made } = await setUp();

    expect(made.token).not.toBe(home.vendorToken);
    expect(home.keyHash).not.toContain(made.token.split('.')[1]);
    expect(home.seed).not.toBe(home.homeId);
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
    const { home } = await setUp({ AcceptGrant: answer, Discover: { kind: 'failed', reason: 'x' } });

    expect(home).toMatchObject({ isLinked: false, endpoints: [] });
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

    expect(direct).toEqual({ atMs: START_MS, message: undefined, speech: 'Sorry, desk lamp isn’t responding.' });
    expect(conversation.believed).toEqual([]);
  });

  it('and is not understood never reaches the skill', async () => {
    const { say: speak, heard, conversation } = await setUp();

    expect((await speak('what is the time')).direct?.speech).toBe('Sorry, I don’t know that one.');

    expect(heard).toHaveLength(2);
    expect(conversation.utterances).toHaveLength(1);
  });
});
