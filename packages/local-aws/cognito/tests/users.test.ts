import { describe, expect, it } from '@jest/globals';
import { ACCOUNT } from '../../core/store/index.ts';
import { createTestCore } from '../../core/tests/testCore.ts';
import { userFilter } from '../filter.ts';
import type { User } from '../model.ts';
import { hashPassword, isPassword, newTemporaryPassword, policyProblem } from '../passwords.ts';
import { UserPools } from '../pools.ts';
import { poolProperties } from '../resources/poolProperties.ts';
import { folded } from '../users.ts';

const user = (more: Partial<User> = {}): User => ({
  name: 'Ada',
  sub: 'sub-1',
  attributes: { email: 'ada@example.org' },
  status: 'CONFIRMED',
  enabled: true,
  createdAtMs: 0,
  changedAtMs: 0,
  groups: [],
  codes: {},
  attempts: {},
  ...more,
});

describe('names', () => {
  it.each([
    ['Ada', 'aDA'],
    ['STRASSE', 'Straße'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['\u212Aelvin', 'kelvin'],
  ])('%s and %s are one', (left, right) => {
    expect(folded(left)).toBe(folded(right));
  });

  it('that differ in letter case are two where the pool is told so', async () => {
    const pools = new UserPools(createTestCore());
    const { users } = await pools.create({ stackName: 's', madeFor: 'p' }, poolProperties.parse({}));
    users.save(user());

    expect(users.find('ada')).toBeUndefined();
    expect(users.find('Ada')).toEqual(user());
  });
});

describe('a filter of users', () => {
  it.each<[string, boolean]>([
    ['', true],
    ['username = "ada"', true],
    ['username ^= "A"', true],
    ['"username" = "Adam"', false],
    ['email = "ada@example.org"', true],
    ['email ^= "bob"', false],
    ['phone_number ^= "+"', false],
    ['cognito:user_status = "confirmed"', true],
    ['status = "Enabled"', true],
    ['status = "enabled"', false],
    ['sub = "sub-1"', true],
  ])('%s lets Ada through: %s', (filter, expected) => {
    expect(userFilter(filter, false)(user())).toBe(expected);
  });

  it.each(['custom:a = "1"', 'email > "a"', 'email = a', 'email = "a" AND sub = "b"', 'constructor = "a"'])(
    '%s is none',
    (filter) => {
      expect(() => userFilter(filter, false)).toThrow('Error while parsing filter');
    },
  );
});

describe('a password', () => {
  it('is known by its hash alone, which is another each time', async () => {
    const [one, other] = await Promise.all([hashPassword('Correct-horse1'), hashPassword('Correct-horse1')]);

    expect(one).toMatch(/^scrypt\$16384\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(other);
    expect(await isPassword('Correct-horse1', one)).toBe(true);
    expect(await isPassword('Correct-horse2', one)).toBe(false);
    expect(await isPassword('', undefined)).toBe(false);
  });

  it('is hashed beside others, and all of many are', async () => {
    const hashes = await Promise.all(Array.from({ length: 7 }, (_, index) => hashPassword(String(index))));

    expect(await Promise.all(hashes.map((hash, index) => isPassword(String(index), hash)))).toEqual(
      Array(7).fill(true),
    );
  });

  it.each([
    ['Abcdef1!', undefined],
    ['Abcde1!', 'Password not long enough'],
    ['abcdef1!', 'Password must have uppercase characters'],
    ['ABCDEF1!', 'Password must have lowercase characters'],
    ['Abcdefg!', 'Password must have numeric characters'],
    ['Abcdefg1', 'Password must have symbol characters'],
  ])('%s: %s', (password, problem) => {
    expect(policyProblem(undefined, password)).toBe(problem);
  });

  it('for the time being fits any policy', () => {
    const policies = {
      PasswordPolicy: {
        ...poolProperties.parse({ Policies: { PasswordPolicy: {} } }).Policies?.PasswordPolicy,
        MinimumLength: 40,
      },
    };

    expect(policyProblem(policies as never, newTemporaryPassword(policies as never))).toBeUndefined();
    expect(policyProblem(undefined, newTemporaryPassword(undefined))).toBeUndefined();
  });
});

describe('a pool that is retained', () => {
  it('is the account’s with its users and sessions, and gives its id to no other', async () => {
    const core = createTestCore();
    const pools = new UserPools(core);
    const origin = { stackName: 'arcade', madeFor: 'players' };
    const pool = await pools.create(origin, poolProperties.parse({}));
    pool.users.save(user());
    const { refreshToken } = pool.sessions.begin({
      id: 'one',
      sub: 'sub-1',
      clientId: 'c',
      expiresAtMs: core.clock.now() + 1,
    });

    await pools.retain(pool);
    core.store.drop('arcade');
    await core.store.settled();

    const restarted = new UserPools(createTestCore({ after: core }));
    const kept = restarted.get(pool.id);
    expect(kept.owner).toBe(ACCOUNT);
    expect(kept.users.find('Ada')).toEqual(user());
    expect(kept.sessions.ofToken(refreshToken)).toHaveProperty('sub', 'sub-1');
    expect(kept.signing.jwks()).toEqual(pool.signing.jwks());
    expect(restarted.madeFor(origin)).toBeUndefined();
    expect((await restarted.create(origin, poolProperties.parse({}))).id).not.toBe(pool.id);
  });

  it('that is removed leaves nothing', async () => {
    const core = createTestCore();
    const pools = new UserPools(core);
    const pool = await pools.create({ stackName: 'arcade', madeFor: 'players' }, poolProperties.parse({}));
    pool.users.save(user());
    pools.putGroup(pool, { name: 'gamer', createdAtMs: 0, changedAtMs: 0 });

    pools.remove(pool.id);
    await core.store.settled();

    const again = new UserPools(createTestCore({ after: core }));
    expect(again.all()).toEqual([]);
    const { users, groups } = await again.create({ stackName: 'arcade', madeFor: 'players' }, poolProperties.parse({}));
    expect([users.all(), [...groups]]).toEqual([[], []]);
  });
});

describe('a group that is removed', () => {
  it('has nobody in it any more', async () => {
    const pools = new UserPools(createTestCore());
    const pool = await pools.create({ stackName: 'arcade', madeFor: 'players' }, poolProperties.parse({}));
    for (const name of ['gamer', 'manager']) pools.putGroup(pool, { name, createdAtMs: 0, changedAtMs: 0 });
    pool.users.save(user({ groups: ['gamer', 'manager'] }));

    pools.removeGroup(pool, 'gamer');

    expect(pool.users.find('Ada')?.groups).toEqual(['manager']);
  });
});
