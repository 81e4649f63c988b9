import { describe, expect, it } from '@jest/globals';
import { exchange, isAccepted, issueCode, type TokenRequest } from '../domain/tokens.ts';
import { clockwork, HOME_ID, homeOf, homesOf, START_MS, tokensInMemory } from './parts.ts';

const CLIENT = { client_id: 'skill', client_secret: 'skill-secret' };
const MINUTE_MS = 60_000;

function setUp(home: Parameters<typeof homeOf>[0] = {}) {
  const clock = clockwork();
  const tokens = tokensInMemory();
  const homes = homesOf(homeOf(home));
  const parts = { ...clock, tokens, homes, client: async () => ({ clientId: 'skill', clientSecret: 'skill-secret' }) };
  return {
    ...parts,
    ask: (request: TokenRequest) => exchange(parts, { ...CLIENT, ...request }),
    code: async () => ({ grant_type: 'authorization_code', code: await issueCode(parts, HOME_ID) }),
  };
}

/** Tokens by a new code. */
async function linked(home?: Parameters<typeof homeOf>[0]) {
  const set = setUp(home);
  const tokens = await set.ask(await set.code());
  if (tokens.outcome !== 'issued') throw new Error(tokens.error);
  return {
    ...set,
    access: tokens.access_token,
    refresh: { grant_type: 'refresh_token', refresh_token: tokens.refresh_token },
  };
}

const refused = (error: string) => ({ outcome: 'refused', error });

describe('a code', () => {
  it('becomes an access token for an hour and a refresh token', async () => {
    const { ask, code, tokens } = setUp();

    const issued = await ask(await code());

    expect(issued).toMatchObject({ outcome: 'issued', token_type: 'bearer', expires_in: 3600 });
    expect([...tokens.all.values()].map(({ kind, homeId }) => [kind, homeId])).toEqual([
      ['access', HOME_ID],
      ['refresh', HOME_ID],
    ]);
  });

  it('is good once', async () => {
    const { ask, code } = setUp();
    const request = await code();

    expect(await ask(request)).toMatchObject({ outcome: 'issued' });
    expect(await ask(request)).toMatchObject(refused('invalid_grant'));
  });

  it('is good for five minutes', async () => {
    const { ask, code, pass } = setUp();
    const [early, late] = [await code(), await code()];
    pass(5 * MINUTE_MS - 1);
    expect(await ask(early)).toMatchObject({ outcome: 'issued' });
    pass(1);

    expect(await ask(late)).toMatchObject(refused('invalid_grant'));
  });

  it('is not used up by who may not have it', async () => {
    const { ask, code } = setUp();
    const request = await code();

    expect(await ask({ ...request, client_secret: 'guessed' })).toMatchObject(refused('invalid_client'));
    expect(await ask(request)).toMatchObject({ outcome: 'issued' });
  });
});

describe('a refresh token', () => {
  it('gives another access token, as often as it is wanted, and stays', async () => {
    const { ask, refresh, access, pass, tokens } = await linked();
    pass(2 * 60 * MINUTE_MS);

    const again = [await ask(refresh), await ask(refresh)];

    expect(again).toMatchObject([
      { outcome: 'issued', refresh_token: refresh.refresh_token },
      { outcome: 'issued', refresh_token: refresh.refresh_token },
    ]);
    // Three access tokens and one refresh token.
    expect(tokens.all.size).toBe(4);
    expect(new Set([access, ...again.map((one) => one.outcome === 'issued' && one.access_token)]).size).toBe(3);
  });

  it('is worth nothing when the customer has switched off the skill, or is gone', async () => {
    const { ask, refresh, homes } = await linked({ misbehaviour: { skillDisabled: true } });

    expect(await ask(refresh)).toMatchObject(refused('invalid_grant'));
    homes.all.clear();
    expect(await ask(refresh)).toMatchObject(refused('invalid_grant'));
  });

  it('is no access token, and the other way round', async () => {
    const { ask, refresh, access, tokens } = await linked();

    expect(await ask({ grant_type: 'refresh_token', refresh_token: access })).toMatchObject(refused('invalid_grant'));
    const found = await tokens.find(refresh.refresh_token);
    expect(isAccepted(found, homeOf().misbehaviour, START_MS)).toBe(false);
  });
});

it('a refresh token is good for a day, as its home is', async () => {
  const { ask, refresh, pass, tokens } = await linked();
  expect([...tokens.all.values()].map(({ issuedAtMs }) => issuedAtMs)).toEqual([START_MS, START_MS]);
  pass(24 * 60 * MINUTE_MS - 1);

  expect(await ask(refresh)).toMatchObject({ outcome: 'issued' });
  pass(1);
  expect(await ask(refresh)).toMatchObject(refused('invalid_grant'));
});

it.each<[string, TokenRequest, string]>([
  ['nobody', { client_id: undefined }, 'invalid_client'],
  ['another client', { client_id: 'other' }, 'invalid_client'],
  ['no grant type', {}, 'invalid_request'],
  ['a grant type of others', { grant_type: 'password' }, 'unsupported_grant_type'],
  ['no code', { grant_type: 'authorization_code' }, 'invalid_request'],
  ['a code that never was', { grant_type: 'authorization_code', code: `${HOME_ID}.x` }, 'invalid_grant'],
  ['no refresh token', { grant_type: 'refresh_token' }, 'invalid_request'],
  ['a refresh token that never was', { grant_type: 'refresh_token', refresh_token: 'x' }, 'invalid_grant'],
])('%s is refused', async (_what, request, error) => {
  const answer = await setUp().ask(request);

  expect(answer).toMatchObject({ ...refused(error), description: expect.stringMatching(/\w+ \w+/) });
});

it.each([
  ['good for an hour', false, 60 * MINUTE_MS - 1, true],
  ['not good after an hour', false, 60 * MINUTE_MS, false],
  ['good for ten seconds where tokens end early', true, 9_999, true],
  ['not good after ten seconds where tokens end early', true, 10_000, false],
])('an access token is %s', async (_what, tokensExpire, ageMs, expected) => {
  const { access, tokens } = await linked();

  const { misbehaviour } = homeOf({ misbehaviour: { tokensExpire } });
  expect(isAccepted(await tokens.find(access), misbehaviour, START_MS + ageMs)).toBe(expected);
});
