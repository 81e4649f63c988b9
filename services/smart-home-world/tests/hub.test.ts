import { describe, expect, it } from '@jest/globals';
import { dropGrant, fetchGrant, type HubAnswer, keepGrant } from '../domain/hub.ts';
import type { HubGrant, HubsTable } from '../domain/ports.ts';
import { hubAnswer, hubCaller, versionWanted } from '../http/hubAnswers.ts';
import { clockwork, HOME_ID, homeOf, homesOf, START_MS } from './parts.ts';

function setUp(home: Parameters<typeof homeOf>[0] = {}) {
  let kept: HubGrant | undefined;
  const hubs: HubsTable & { untilMs?: number } = {
    find: async () => kept,
    async put(_account, grant, version, expiresAtMs) {
      hubs.untilMs = expiresAtMs;
      if (version !== undefined && version !== (kept?.version ?? 0)) return 'changed';
      kept = { grant, version: (kept?.version ?? 0) + 1 };
      return kept;
    },
    async remove() {
      kept = undefined;
    },
  };
  return { ...clockwork(), hubs, homes: homesOf(homeOf(home)), secret: async () => 'hub-secret' };
}

const statusOf = (answer: HubAnswer): number => {
  try {
    return hubAnswer(answer).status;
  } catch (error) {
    return (error as { status: number }).status;
  }
};

it('a hub keeps a grant until it is dropped', async () => {
  const parts = setUp();

  expect(await fetchGrant(parts, HOME_ID)).toEqual({ outcome: 'empty' });
  expect(await keepGrant(parts, HOME_ID, { access: 'a' }, undefined)).toMatchObject({ kept: { version: 1 } });
  expect(parts.hubs.untilMs).toBe(START_MS + 24 * 60 * 60_000);
  expect(await fetchGrant(parts, HOME_ID)).toEqual({ outcome: 'kept', kept: { version: 1, grant: { access: 'a' } } });
  expect(await dropGrant(parts, HOME_ID)).toEqual({ outcome: 'dropped' });
  expect(await fetchGrant(parts, HOME_ID)).toEqual({ outcome: 'empty' });
});

it('of two who change a grant that both have read, one is told that it was too late', async () => {
  const parts = setUp();
  const outcomes = [
    await keepGrant(parts, HOME_ID, { access: 'a' }, 0),
    await keepGrant(parts, HOME_ID, { access: 'b' }, 0),
    await keepGrant(parts, HOME_ID, { access: 'c' }, 1),
    await keepGrant(parts, HOME_ID, { access: 'd' }, 1),
  ].map(({ outcome }) => outcome);

  expect(outcomes).toEqual(['kept', 'changed', 'kept', 'changed']);
});

it('a hub that is off, and one that nobody has, says so to all', async () => {
  const off = setUp({ misbehaviour: { hubOff: true } });
  for (const answer of [
    await keepGrant(off, HOME_ID, {}, undefined),
    await fetchGrant(off, HOME_ID),
    await dropGrant(off, HOME_ID),
  ])
    expect(statusOf(answer)).toBe(503);
  expect(statusOf(await fetchGrant(setUp(), 'somebody else'))).toBe(404);
});

describe('in HTTP', () => {
  it.each([
    [{ outcome: 'empty' }, 404],
    [{ outcome: 'dropped' }, 204],
    [{ outcome: 'changed' }, 412],
  ] as const)('%j is %d', (answer, status) => {
    expect(statusOf(answer)).toBe(status);
  });

  it.each([
    [{}, undefined],
    [{ 'if-none-match': '*' }, 0],
    [{ 'if-match': '"7"' }, 7],
  ])('%j wants the version %s', (headers, version) => {
    expect(versionWanted(headers as Record<string, string>)).toBe(version);
  });

  it.each(['7', '"x"', 'W/"7"'])('%s is no version', (etag) => {
    expect(() => versionWanted({ 'if-match': etag })).toThrow('If-Match must be an ETag');
  });

  it.each([undefined, 'Bearer other', 'Basic hub-secret'])('%s opens no hub', async (authorization) => {
    await expect(hubCaller(setUp(), authorization === undefined ? {} : { authorization })).rejects.toMatchObject({
      status: 401,
    });
  });

  it('the secret opens it', async () => {
    await expect(hubCaller(setUp(), { authorization: 'Bearer hub-secret' })).resolves.toBeUndefined();
  });
});
