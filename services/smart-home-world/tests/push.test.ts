import { createHmac } from 'node:crypto';
import { createEvent } from '@arcade/events';
import { type PushDue, pushDue, type StateChanged } from '@arcade/events/contracts/bulb-vendor';
import { describe, expect, it } from '@jest/globals';
import { NotTakenError, sendPush, signatureOf } from '../domain/push.ts';
import { clockwork, HOME_ID, homeOf, homesOf, START_MS } from './parts.ts';

const SECRET = 'secret';
const CALLBACK = 'http://127.0.0.1:4130/changes';
/** How old a signature may be for who checks it. */
const FRESH_MS = 5 * 60_000;

const pushOf = (id = 'delivery-1', callbackUrl = CALLBACK): PushDue =>
  createEvent(
    pushDue,
    {
      change: {
        account: HOME_ID,
        deviceId: 'living-room-light',
        state: { power: 'ON', brightness: 80 },
        changedAtMs: START_MS + 700,
        requestId: 'r-1',
      },
      callbackUrl,
    },
    { newId: () => id, nowMs: START_MS, correlationId: 'chain-1' },
  );

function setUp(home: Parameters<typeof homeOf>[0] = {}, statuses: (number | Error)[] = []) {
  const clock = clockwork();
  const posts: { url: string; body: string; headers: Record<string, string>; atMs: number }[] = [];
  const parts = {
    ...clock,
    homes: homesOf(homeOf(home)),
    secret: async () => SECRET,
    callbacks: /^http:\/\/127\.0\.0\.1:\d+\/changes$/,
    async post(url: string, body: string, headers: Record<string, string>) {
      posts.push({ url, body, headers, atMs: clock.now() });
      const status = statuses[posts.length - 1] ?? 204;
      if (status instanceof Error) throw status;
      return status;
    },
  };
  return { parts, posts, push: (one = pushOf()) => sendPush(parts, one) };
}

/** What a receiver makes of a push: undefined for one that it believes, else why it does not. */
function doubtOf({
  body,
  headers,
  atMs,
}: {
  body: string;
  headers: Record<string, string>;
  atMs: number;
}): string | undefined {
  const [, t = '', v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers['x-vendor-signature'] ?? '') ?? [];
  if (createHmac('sha256', SECRET).update(`${t}.${body}`).digest('hex') !== v1) return 'forged';
  return Math.abs(atMs - Number(t)) > FRESH_MS ? 'old' : undefined;
}

it('is signed over its time and its bytes', () => {
  expect(signatureOf('secret', '{"a":1}', 1_893_456_000_000)).toBe(
    't=1893456000000,v1=8ee657a6acfdd9d32b048fcf8af37339f20c1bc2da5424f03cc9229b525f407b',
  );
});

describe('a push', () => {
  it('comes when the bulb has done it, signed, as the event that its contract says', async () => {
    const { push, posts } = setUp();

    expect(await push()).toBe('taken');

    expect(posts).toMatchObject([
      {
        url: CALLBACK,
        atMs: START_MS + 700,
        headers: { 'x-correlation-id': 'chain-1', 'content-type': 'application/json' },
      },
    ]);
    expect(posts.map(doubtOf)).toEqual([undefined]);
    const told: StateChanged = JSON.parse(posts[0]?.body ?? '');
    expect(told).toMatchObject({ id: 'delivery-1', type: 'bulb_vendor.state_changed', correlationId: 'chain-1' });
    expect(told.detail).toEqual(pushOf().detail.change);
  });

  it.each([500, 503, 408, 425, 429, new Error('no answer')])(
    'that is answered %s is to be sent again',
    async (status) => {
      const sending = setUp({}, [status]).push();

      await expect(sending).rejects.toThrow(NotTakenError);
      const told = typeof status === 'number' ? `the push was answered ${status}` : 'nobody has taken the push';
      await expect(sending).rejects.toMatchObject({
        message: told,
        ...(typeof status !== 'number' && { cause: status }),
      });
    },
  );

  it.each([300, 302, 400, 401, 404])('that is answered %s is over', async (status) => {
    const { push, posts } = setUp({}, [status]);

    expect(await push()).toBe('refused');
    expect(posts).toHaveLength(1);
  });

  it('goes to no address that may not be called, whoever has put it into the queue', async () => {
    const { push, posts } = setUp();

    expect(await push(pushOf('d', 'http://169.254.169.254/changes'))).toBe('refused');
    expect(posts).toEqual([]);
  });

  it('of a home that is gone goes nowhere', async () => {
    const { parts, posts } = setUp();
    parts.homes.all.clear();

    expect(await sendPush(parts, pushOf())).toBe('gone');
    expect(posts).toEqual([]);
  });
});

describe('a world in which pushes', () => {
  const many = async (misbehaviour: Parameters<typeof homeOf>[0]) => {
    const { push, posts } = setUp(misbehaviour);
    const outcomes: string[] = [];
    for (let at = 0; at < 200; at++) outcomes.push(await push(pushOf(`delivery-${at}`)));
    return { posts, lost: outcomes.filter((outcome) => outcome === 'lost').length };
  };

  it('are lost loses about as many as it says, the same ones each time', async () => {
    const { lost, posts } = await many({ misbehaviour: { lostPushRate: 0.2 } });

    expect(Math.abs(lost - 40)).toBeLessThan(15);
    expect(posts).toHaveLength(200 - lost);
    expect((await many({ misbehaviour: { lostPushRate: 0.2 } })).posts.map(({ body }) => body)).toEqual(
      posts.map(({ body }) => body),
    );
  });

  it('come twice sends some word for word again', async () => {
    const { posts } = await many({ misbehaviour: { duplicatePushRate: 0.2 } });
    const again = posts.filter((one, at) => {
      const before = posts[at - 1];
      return before?.body === one.body && before.headers['x-vendor-signature'] === one.headers['x-vendor-signature'];
    });

    expect(Math.abs(again.length - 40)).toBeLessThan(15);
    expect(posts).toHaveLength(200 + again.length);
  });

  it('are forged sends a lie and an old one before each, which nobody can believe', async () => {
    const { push, posts } = setUp({ misbehaviour: { forgedPushes: true } });

    expect(await push()).toBe('taken');

    expect(posts.map(doubtOf)).toEqual(['forged', 'old', undefined]);
    const states = posts.map(({ body }) => JSON.parse(body).detail.state.power);
    expect(states).toEqual(['OFF', 'ON', 'ON']);
    const off = pushOf();
    off.detail.change.state.power = 'OFF';
    await push(off);
    expect(posts.slice(3).map(({ body }) => JSON.parse(body).detail.state.power)).toEqual(['ON', 'OFF', 'OFF']);
    expect(new Set(posts.slice(0, 2).map(({ body }) => JSON.parse(body).id)).size).toBe(2);
  });
});
