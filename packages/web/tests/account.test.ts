import { describe, expect, it } from '@jest/globals';
import { Account, type AccountConfig } from '../src/account/account.ts';
import { SESSION_KEY } from '../src/account/session.ts';
import { userPool } from '../src/account/userPool.ts';
import { fakePool, idTokenOf, refusal } from './fakePool.ts';

const CONFIG: AccountConfig = {
  region: 'eu-west-1',
  userPool: { clientId: 'client-1', endpoint: '/_arcade/cognito' },
  identityPoolId: 'eu-west-1:1',
  confirmsAtOnce: true,
};
const HOUR_MS = 3_600_000;
const PASSWORD = 'correct-horse';
const ADA = { sub: '1', 'cognito:username': 'Ada' };

/** A browser: what it keeps, a clock, a pool, and as many tabs as one likes. */
function browser({ config = CONFIG, isClosed = false, keepsNothing = false } = {}) {
  const clock = { nowMs: 1_000_000 };
  const pool = fakePool({ nowMs: () => clock.nowMs, confirmsAtOnce: config.confirmsAtOnce });
  const kept = new Map<string, string>();
  const tabs: ((key: string | null) => void)[] = [];
  const network = { isUp: true, failsFor: 0, waits: [] as number[] };
  let guests = 0;
  const tab = ({ isDeaf = false } = {}) => {
    let heard: (key: string | null) => void = () => {};
    const tellOthers = (key: string) => {
      for (const other of tabs) if (other !== heard) other(key);
    };
    const refuseToKeep = () => {
      if (keepsNothing) throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    };
    const account = new Account({
      storage: {
        getItem: (key) => kept.get(key) ?? null,
        setItem(key, value) {
          refuseToKeep();
          kept.set(key, value);
          tellOthers(key);
        },
        removeItem(key) {
          kept.delete(key);
          tellOthers(key);
        },
      },
      onStored(listener) {
        heard = listener;
        if (!isDeaf) tabs.push(listener);
      },
      nowMs: () => clock.nowMs,
      async config() {
        if (!network.isUp) throw new Error('nobody answers');
        return isClosed ? undefined : config;
      },
      pool: async (address) => userPool(address, pool.send),
      async wait(ms) {
        network.waits.push(ms);
        network.isUp = network.waits.length > network.failsFor;
      },
      guest() {
        guests += 1;
        return { name: `guest-${guests}`, password: `secret-of-${guests}` };
      },
    });
    const states: string[] = [];
    account.subscribe(() => states.push(account.state().status));
    return Object.assign(account, { states });
  };
  return { tab, pool, clock, kept, network };
}

async function signedIn(options?: Parameters<typeof browser>[0]) {
  const world = browser(options);
  const account = world.tab();
  await account.signUp('Ada', PASSWORD);
  world.pool.asked.length = 0;
  return { ...world, account };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('an account', () => {
  it('is signed up and signed in at once where the stage confirms at once', async () => {
    const { tab, pool } = browser();
    const account = tab();
    expect(account.state()).toMatchObject({ status: 'asking', player: undefined });

    expect(await account.signUp('Ada', PASSWORD, 'ada@example.com')).toMatchObject({ isConfirmed: true });

    expect(account.state()).toEqual({
      status: 'signed-in',
      player: { id: 'sub-of-Ada', name: 'Ada', groups: ['gamer'] },
      confirmsAtOnce: true,
      isGuest: false,
    });
    expect(pool.operationsAsked()).toEqual(['SignUp', 'InitiateAuth']);
    expect(pool.asked[0]?.input).toEqual({
      ...{ Username: 'Ada', Password: PASSWORD, ClientId: 'client-1' },
      UserAttributes: [{ Name: 'email', Value: 'ada@example.com' }],
    });
  });

  it('waits for its code where the stage mails one, and says where to', async () => {
    const { tab } = browser({ config: { ...CONFIG, confirmsAtOnce: false } });
    const account = tab();

    expect(await account.signUp('Ada', PASSWORD, 'ada@example.com')).toEqual({ isConfirmed: false, to: 'a***@e***' });
    expect(account.state()).toMatchObject({ status: 'signed-out', confirmsAtOnce: false });
    await expect(account.signIn('Ada', PASSWORD)).rejects.toMatchObject({ kind: 'not-confirmed' });
    await expect(account.confirm('Ada', '000000', PASSWORD)).rejects.toMatchObject({ kind: 'wrong-code' });

    await account.confirm('Ada', ' 123456 ', PASSWORD);
    expect(account.state()).toMatchObject({ status: 'signed-in', player: { name: 'Ada' } });
  });

  it('is there again when the page is loaded again, without a question to the pool', async () => {
    const { tab, pool } = await signedIn();

    const later = tab();
    await settle();

    expect(later.state()).toMatchObject({ status: 'signed-in', player: { name: 'Ada' } });
    expect(later.states).toEqual(['signed-in']);
    expect(pool.asked).toEqual([]);
  });

  it.each([
    ['what is no session', 'not json'],
    ['a session of another client', JSON.stringify({ clientId: 'client-0', idToken: idTokenOf(ADA) })],
    ['a token that is none', JSON.stringify({ clientId: 'client-1', idToken: 'x' })],
  ])('is signed out where %s is kept', async (_what, text) => {
    const { tab, kept } = browser();
    kept.set(SESSION_KEY, text);

    const account = tab();
    await settle();

    expect(account.state()).toMatchObject({ status: 'signed-out', player: undefined });
  });

  it('lasts until the page is left where the browser keeps nothing', async () => {
    const { account, tab } = await signedIn({ keepsNothing: true });
    expect(account.state().status).toBe('signed-in');

    const later = tab();
    await settle();
    expect(later.state().status).toBe('signed-out');
  });

  it('is signed out in all tabs, and its token is worth nothing any more', async () => {
    const { account, tab, pool, kept } = await signedIn();
    const other = tab();
    await settle();

    await account.signOut();

    expect([account.state().status, other.state().status]).toEqual(['signed-out', 'signed-out']);
    expect([kept.size, pool.operationsAsked()]).toEqual([0, ['RevokeToken']]);
    await expect(other.idToken()).rejects.toMatchObject({ kind: 'signed-out' });
  });

  it('is signed out although the pool does not answer', async () => {
    const { account, pool } = await signedIn();
    pool.instead = () => Promise.reject(new TypeError('Failed to fetch'));

    await account.signOut();

    expect(account.state().status).toBe('signed-out');
  });

  it('cannot be had on a stage without one', async () => {
    const account = browser({ isClosed: true }).tab();
    await settle();

    expect(account.state().status).toBe('closed');
    await expect(account.signIn('Ada', PASSWORD)).rejects.toMatchObject({ kind: 'closed' });
    await expect(account.idToken()).rejects.toMatchObject({ kind: 'closed' });
  });

  it('is asked for again while nobody says how one signs in, and who acts meanwhile is told', async () => {
    const { tab, network, kept } = browser();
    Object.assign(network, { isUp: false, failsFor: 6 });
    const account = tab();
    await expect(account.signIn('Ada', PASSWORD)).rejects.toMatchObject({ kind: 'no-connection' });
    await settle();

    expect([account.state().status, kept.size]).toEqual(['signed-out', 0]);
    expect(network.waits).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });
});

describe('its token', () => {
  it('is the same until a twelfth of its life is left, then a new one, which is kept', async () => {
    const { account, tab, pool, clock } = await signedIn();
    const first = await account.idToken();

    clock.nowMs += (HOUR_MS * 11) / 12 - 1;
    expect(await account.idToken()).toBe(first);
    clock.nowMs += 1;
    const second = await account.idToken();

    expect(second).not.toBe(first);
    expect(pool.operationsAsked()).toEqual(['InitiateAuth']);
    const later = tab();
    expect(await later.idToken()).toBe(second);
  });

  it('is asked for once, however many ask and in however many tabs', async () => {
    const { account, tab, pool, clock } = await signedIn();
    const other = tab();
    await settle();
    clock.nowMs += HOUR_MS;

    const [one, two] = await Promise.all([account.idToken(), account.idToken()]);
    expect(await other.idToken()).toBe(one);
    expect(two).toBe(one);
    expect(pool.operationsAsked()).toEqual(['InitiateAuth']);
  });

  it('of another tab is taken, also by a tab that was not told of it', async () => {
    const { account, tab, pool, clock } = await signedIn();
    const deaf = tab({ isDeaf: true });
    await settle();
    clock.nowMs += HOUR_MS;
    const renewed = await account.idToken();

    expect(await deaf.idToken()).toBe(renewed);
    expect(pool.operationsAsked()).toEqual(['InitiateAuth']);
  });

  it('that is good for a while yet is given when the pool does not answer, one that is over is not', async () => {
    const { account, pool, clock } = await signedIn();
    const first = await account.idToken();
    pool.instead = () => Promise.reject(new TypeError('Failed to fetch'));

    clock.nowMs += HOUR_MS - 1;
    expect(await account.idToken()).toBe(first);
    clock.nowMs += 1;
    await expect(account.idToken()).rejects.toMatchObject({ kind: 'no-connection' });
    expect(account.state().status).toBe('signed-in');
  });

  it('that a service has refused is not given again', async () => {
    const { account, pool } = await signedIn();
    const first = await account.idToken();

    expect(await account.idToken({ isRefused: true })).not.toBe(first);
    expect(pool.operationsAsked()).toEqual(['InitiateAuth']);
  });

  it.each([
    ['is revoked', 'NotAuthorizedException', 'Refresh Token has been revoked'],
    ['is of somebody who is gone', 'NotAuthorizedException', 'Invalid Refresh Token.'],
    ['is of somebody whose account was closed', 'NotAuthorizedException', 'User is disabled.'],
  ])('ends the session, here and for good, when the sign-in %s', async (_what, code, message) => {
    const { account, pool, clock, kept } = await signedIn();
    clock.nowMs += HOUR_MS;
    pool.instead = () => refusal(code, message);

    await expect(account.idToken()).rejects.toMatchObject({ kind: 'signed-out', message: 'You are not signed in.' });

    expect([account.state().status, kept.size]).toEqual(['signed-out', 0]);
  });

  it('that comes after one has signed out signs nobody in again', async () => {
    const { account, pool, clock } = await signedIn();
    clock.nowMs += HOUR_MS;
    const { send } = pool;
    let answer: () => void = () => {};
    pool.instead = () =>
      new Promise((resolve) => {
        answer = () => {
          pool.instead = undefined;
          resolve(send('', { headers: { 'x-amz-target': 'x.InitiateAuth' }, body: refreshing }));
        };
      });
    const refreshing = JSON.stringify({
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: 'refresh-1' },
    });
    const asking = account.idToken();
    await settle();
    const leaving = account.signOut();
    answer();

    await expect(asking).rejects.toMatchObject({ kind: 'signed-out' });
    await leaving;
    expect(account.state().status).toBe('signed-out');
  });
});

describe('a guest', () => {
  it('has an account without a question, under a name that is free', async () => {
    const { tab, pool } = browser();
    pool.users.set('guest-1', { name: 'guest-1', password: 'x', isConfirmed: true });
    const account = tab();

    await account.playAsGuest();

    expect(account.state()).toMatchObject({ status: 'signed-in', isGuest: true, player: { name: 'guest-2' } });
    expect(pool.operationsAsked()).toEqual(['SignUp', 'SignUp', 'InitiateAuth']);
  });

  it('can choose a password without knowing the one before, and is no guest then', async () => {
    const { tab, pool } = browser();
    const account = tab();
    await account.playAsGuest();

    await account.changePassword('', PASSWORD);

    expect(account.state()).toMatchObject({ status: 'signed-in', isGuest: false });
    expect(pool.users.get('guest-1')?.password).toBe(PASSWORD);
    await expect(account.changePassword('', 'another-password')).rejects.toMatchObject({ kind: 'wrong-password' });
  });

  it('is told when no name is free', async () => {
    const { tab, pool } = browser();
    const account = tab();
    for (const name of ['guest-1', 'guest-2', 'guest-3'])
      pool.users.set(name, { name, password: 'x', isConfirmed: true });

    await expect(account.playAsGuest()).rejects.toMatchObject({ kind: 'name-taken' });
    expect(account.state().status).toBe('signed-out');
  });
});

describe('a password', () => {
  it('that was forgotten is set anew by a code, which signs in', async () => {
    const { account } = await signedIn();
    await account.signOut();

    expect(await account.forgotPassword('Ada')).toEqual({ to: 'a***@e***' });
    await expect(account.setForgotten('Ada', '000000', 'another-horse')).rejects.toMatchObject({ kind: 'wrong-code' });
    await account.setForgotten('Ada', '654321', 'another-horse');

    expect(account.state()).toMatchObject({ status: 'signed-in', player: { name: 'Ada' } });
  });

  it('is changed by who knows it', async () => {
    const { account, pool } = await signedIn();

    await expect(account.changePassword('wrong', 'another-horse')).rejects.toMatchObject({
      ...{ kind: 'wrong-password', message: 'That is not your present password.' },
    });
    await account.changePassword(PASSWORD, 'another-horse');

    expect(pool.users.get('ada')?.password).toBe('another-horse');
    expect(pool.asked.at(-1)?.input).not.toHaveProperty('ClientId');
  });
});
