import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { acceptGrant } from '../domain/acceptGrant.ts';
import { createAccess, LEASE_MS, MOST_HELD, RENEW_BEFORE_MS } from '../domain/access.ts';
import { type Grant, GrantError } from '../domain/grants.ts';
import { dispatchParts, gatewayOf, glassSafe, grantOf, grantsInMemory, hubInMemory, loginInMemory } from './grants.ts';
import { NOW_MS } from './parts.ts';
import { Invocation, seeded, VirtualTime } from './simulation/time.ts';

const HOUR_MS = 3_600_000;

/** Processes that share a table, each with its own tokens in memory; requests take up to 50 ms each way. */
function processes(count: number, seed: number, grant: Grant) {
  const time = new VirtualTime();
  const random = seeded(seed);
  const items = new Map([[grant.account, grant]]);
  const now = () => time.nowMs;
  const alive = new Invocation(time, random);
  const through = <Answer>(effect: () => Answer) => alive.ask(effect, 50);
  const login = loginInMemory({ now, through });
  const all = Array.from({ length: count }, () =>
    createAccess({
      now,
      pause: (ms) => alive.pause(ms),
      grants: grantsInMemory(items, through),
      safe: glassSafe(through),
      hub: hubInMemory(),
      login,
    }),
  );
  return { time, random, items, login, all };
}

describe('an access token', () => {
  it('is fetched anew once for all who want one, 300 s before it ends, in whatever order they come', async () => {
    const wants = fc.array(fc.record({ process: fc.nat(3), afterMs: fc.nat(600) }), { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.integer({ min: -600_000, max: RENEW_BEFORE_MS }),
        wants,
        async (seed, leftMs, asked) => {
          const { time, login, all } = processes(4, seed, grantOf(NOW_MS + leftMs));
          const got: (string | undefined)[] = [];
          const endedMs: number[] = [];
          for (const { process, afterMs } of asked) {
            time.after(afterMs, () => {
              void all[process]?.current('ann').then((token) => {
                got.push(token?.access);
                endedMs.push((token?.expiresAtMs ?? 0) - time.nowMs);
              });
            });
          }
          await time.settle();

          expect(login.refreshed).toBe(1);
          expect(got).toHaveLength(asked.length);
          for (const access of got) expect(['access-0', 'access-1']).toContain(access);
          for (const ms of endedMs) expect(ms).toBeGreaterThan(0);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('that Alexa refuses is fetched anew once for all whom she refuses it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }), async (seed, who) => {
        const { time, login, all } = processes(4, seed, grantOf(NOW_MS + HOUR_MS));
        const got: (string | undefined)[] = [];
        for (const process of who) {
          const access = all[process];
          void access?.current('ann').then(async (token) => {
            if (token) got.push((await access.renewed(token))?.access);
          });
        }
        await time.settle();

        expect(login.refreshed).toBe(1);
        expect(got).toEqual(who.map(() => 'access-1'));
      }),
      { numRuns: 200 },
    );
  });

  it('is looked up once for all who want it at once in one process', async () => {
    const { parts, grants } = dispatchParts(NOW_MS, gatewayOf());
    const find = jest.spyOn(grants, 'find');

    const all = await Promise.all(Array.from({ length: 10 }, () => parts.access.current('ann')));

    expect(all.map((token) => token?.access)).toEqual(Array.from({ length: 10 }, () => 'access-0'));
    expect(find).toHaveBeenCalledTimes(1);
  });

  it('is forgotten where it was looked up longest ago when a process has a thousand of them', async () => {
    const { parts, grants, items } = dispatchParts(NOW_MS, gatewayOf());
    const accounts = Array.from({ length: MOST_HELD + 1 }, (_, at) => `account-${at}`);
    for (const account of accounts) {
      const sealed = { access: `${account}/access/a`, refresh: `${account}/refresh/r` };
      items.set(account, grantOf(NOW_MS + HOUR_MS, { account, sealed }));
      await parts.access.current(account);
    }
    const find = jest.spyOn(grants, 'find');

    await parts.access.current('account-1');
    expect(find).toHaveBeenCalledTimes(0);
    await parts.access.current('account-0');
    expect(find).toHaveBeenCalledTimes(1);
  });

  it('of a customer with a hub, who has taken back her consent, is dropped there, too', async () => {
    const { parts, hub, items, login } = dispatchParts(NOW_MS, gatewayOf(), {
      grant: grantOf(NOW_MS - 1, { keeper: 'hub', sealed: undefined }),
    });
    await hub.keep('ann', { access: 'ann/access/access-0', refresh: 'ann/refresh/refresh-0' });
    login.refusal = new GrantError('Login with Amazon answered 400: invalid_grant', { isFinal: true });

    expect(await parts.access.current('ann')).toBeUndefined();
    expect([items.size, await hub.fetch('ann')]).toEqual([0, undefined]);
  });

  it('is taken from memory until 300 s before its end', async () => {
    const { parts, clock, login, items } = dispatchParts(NOW_MS, gatewayOf());
    await parts.access.current('ann');
    items.clear();

    clock.nowMs = NOW_MS + HOUR_MS - RENEW_BEFORE_MS - 1;
    expect(await parts.access.current('ann')).toMatchObject({ access: 'access-0' });
    expect(login.refreshed).toBe(0);
    clock.nowMs += 1;
    expect(await parts.access.current('ann')).toBeUndefined();
  });

  it('that is good for minutes yet does while Amazon gives no other', async () => {
    const { parts, login, items } = dispatchParts(NOW_MS, gatewayOf(), { grant: grantOf(NOW_MS + 60_000) });
    login.refusal = new GrantError('Login with Amazon answered 503');

    expect(await parts.access.current('ann')).toMatchObject({ access: 'access-0' });
    expect(items.get('ann')?.refreshingUntilMs).toBeUndefined();
  });

  it('is fetched by another when the one who was at it has died', async () => {
    const dead = { refreshingUntilMs: NOW_MS + 1000 };
    const { parts, clock, login } = dispatchParts(NOW_MS, gatewayOf(), { grant: grantOf(NOW_MS - 1, dead) });

    expect(await parts.access.current('ann')).toMatchObject({ access: 'access-1' });
    expect([login.refreshed, clock.nowMs - NOW_MS]).toEqual([1, 1000]);
  });

  it('that was fetched in vain, and for longer than the lease, leaves the lease to whoever has taken it meanwhile', async () => {
    const { parts, clock, login, items, grants } = dispatchParts(NOW_MS, gatewayOf(), { grant: grantOf(NOW_MS - 1) });
    const refusal = new GrantError('Login with Amazon answered 503');
    login.refresh = async () => {
      clock.nowMs += LEASE_MS;
      await grants.lease(grantOf(NOW_MS - 1), clock.nowMs, clock.nowMs + LEASE_MS);
      throw refusal;
    };

    await expect(parts.access.current('ann')).rejects.toThrow(refusal);

    expect(items.get('ann')?.refreshingUntilMs).toBe(NOW_MS + 2 * LEASE_MS);
  });

  it('of a grant that is replaced while it is fetched is that of the new one', async () => {
    const { parts, login, items, grants } = dispatchParts(NOW_MS, gatewayOf(), { grant: grantOf(NOW_MS - 1) });
    const issue = login.issue;
    login.issue = (refresh) => {
      const sealed = { access: 'ann/access/of-the-new-grant', refresh: 'ann/refresh/new' };
      void grants.put(grantOf(NOW_MS + HOUR_MS, { grantId: 'grant-2', sealed }));
      return issue(refresh);
    };

    expect(await parts.access.current('ann')).toMatchObject({ grantId: 'grant-2', access: 'of-the-new-grant' });
    expect(items.get('ann')?.sealed?.access).toBe('ann/access/of-the-new-grant');
  });

  it('kept by a hub in the house is had from there, and is put back there', async () => {
    const onHub = grantOf(NOW_MS - 1, { keeper: 'hub', sealed: undefined });
    const { parts, hub, items } = dispatchParts(NOW_MS, gatewayOf(), { grant: onHub });
    await hub.keep('ann', { access: 'ann/access/access-0', refresh: 'ann/refresh/refresh-0' });

    expect(await parts.access.current('ann')).toMatchObject({ access: 'access-1' });
    expect(await hub.fetch('ann')).toEqual({ access: 'ann/access/access-1', refresh: 'ann/refresh/refresh-0' });
    expect(items.get('ann')).toMatchObject({ keeper: 'hub', sealed: undefined });
    hub.isOff = true;
    await expect(parts.access.renewed({ ...(await held(parts.access)) })).rejects.toThrow('the hub answered 503');
  });
});

const held = async (access: ReturnType<typeof createAccess>) => {
  const token = await access.current('ann');
  if (!token) throw new Error('there is no token');
  return token;
};

describe('a grant', () => {
  const accepting = () => {
    const now = () => NOW_MS;
    const items = new Map<string, Grant>();
    const hub = hubInMemory();
    const login = loginInMemory({ now });
    const parts = { now, newId: () => 'grant-9', grants: grantsInMemory(items), safe: glassSafe(), hub, login };
    return { items, hub, login, accept: acceptGrant(parts) };
  };

  it('is exchanged at once, and both tokens are kept sealed', async () => {
    const { items, accept } = accepting();

    await accept({ code: 'code-1', account: { account: 'ann', grants: 'table' } });

    expect(items.get('ann')).toEqual({
      account: 'ann',
      grantId: 'grant-9',
      keeper: 'table',
      expiresAtMs: NOW_MS + HOUR_MS,
      sealed: { access: 'ann/access/access-1', refresh: 'ann/refresh/refresh-of-code-1' },
    });
  });

  it('for a hub in the house has its tokens there, and nowhere else', async () => {
    const { items, hub, accept } = accepting();

    await accept({ code: 'code-1', account: { account: 'ann', grants: 'hub' } });

    expect(await hub.fetch('ann')).toEqual({ access: 'ann/access/access-1', refresh: 'ann/refresh/refresh-of-code-1' });
    expect(items.get('ann')).toEqual({
      account: 'ann',
      grantId: 'grant-9',
      keeper: 'hub',
      expiresAtMs: NOW_MS + HOUR_MS,
    });
  });

  it.each([
    ['the hub is off', 'hub'],
    ['Amazon refuses the code', 'table'],
  ] as const)('is none when %s', async (why, keeper) => {
    const { items, hub, login, accept } = accepting();
    hub.isOff = true;
    if (keeper === 'table') login.refusal = new GrantError('Login with Amazon answered 400: invalid_grant');

    await expect(accept({ code: 'code-1', account: { account: 'ann', grants: keeper } })).rejects.toThrow(GrantError);

    expect([why, items.size]).toEqual([why, 0]);
  });
});
