import { stateChanged } from '@arcade/events/contracts/bulb-vendor';
import { buildEvent } from '@arcade/events/testing';
import { describe, expect, it } from '@jest/globals';
import { changed, type Pushed, takePush } from '../domain/changed.ts';
import { checkSignature, signatureOf } from '../domain/signature.ts';
import { NOW_MS } from './parts.ts';
import { GIVE_UP_MS, processing, requestOf } from './processing.ts';

const SECRET = 'what the vendor signs with';
const STATE = { power: 'ON', brightness: 40 } as const;
const SAMPLED = { ...STATE, sampledAtMs: NOW_MS + 800 };
const ON = { kind: 'response', state: SAMPLED } as const;

const pushOf = (
  overrides: { requestId?: string | undefined; account?: string; deviceId?: string } = {},
  id = 'delivery-1',
) => {
  const detail = {
    account: 'ann',
    deviceId: 'bulb-1',
    state: STATE,
    changedAtMs: NOW_MS + 800,
    requestId: 'directive-1',
    ...overrides,
  };
  return buildEvent(stateChanged, detail, { id, correlationId: 'vendor-chain' });
};
const BY_HAND = { requestId: undefined };

describe('a push that ends a directive', () => {
  it('is its answer, in the directive’s chain, and completes it without touching what was kept', async () => {
    const parts = processing({ requests: [requestOf()] });

    expect(await changed(parts, pushOf())).toBe('answered');

    expect(parts.dispatched).toMatchObject([
      {
        id: 'directive-1.answer',
        correlationId: 'chain-1',
        causationId: 'delivery-1',
        detail: { correlationToken: 'correlation-1', outcome: ON },
      },
    ]);
    expect(parts.items.get('directive-1')).toEqual(requestOf({ status: 'COMPLETED', outcome: ON }));
  });

  it('is its answer also when what was kept of it has gone meanwhile', async () => {
    const parts = processing({ requests: [requestOf()] });
    parts.requests.complete = async () => undefined;

    expect(await changed(parts, pushOf())).toBe('answered');

    expect(parts.dispatched).toMatchObject([{ detail: { correlationToken: 'correlation-1', outcome: ON } }]);
  });

  it('twice, in two deliveries, is one answer', async () => {
    const parts = processing({ requests: [requestOf()] });

    await changed(parts, pushOf());
    expect(await changed(parts, pushOf({}, 'delivery-2'))).toBe('answered');

    expect(parts.dispatched.map(({ id }) => id)).toEqual(['directive-1.answer', 'directive-1.answer']);
    expect(parts.dispatched[1]?.detail).toEqual(parts.dispatched[0]?.detail);
  });

  it('after Alexa was told that the device cannot be reached is a report of what the command has changed', async () => {
    const parts = processing({ requests: [requestOf()] });
    parts.clock.nowMs = GIVE_UP_MS;

    expect(await changed(parts, pushOf())).toBe('reported');

    expect(parts.dispatched).toMatchObject([
      {
        ...{
          id: 'delivery-1.change',
          type: 'smart_home.change_ready',
          correlationId: 'chain-1',
          causationId: 'delivery-1',
        },
        detail: {
          account: 'ann',
          endpointId: 'bulb-1',
          api: 'push',
          cause: 'VOICE_INTERACTION',
          state: SAMPLED,
          changed: ['power'],
        },
      },
    ]);
  });

  it('in the moment in which Alexa may be told otherwise is a report, too', async () => {
    const parts = processing({ requests: [requestOf()] });
    const { dispatch } = parts;
    parts.dispatch = async (news) => {
      parts.clock.nowMs = GIVE_UP_MS;
      await dispatch(news);
    };

    expect(await changed(parts, pushOf())).toBe('reported');

    expect(parts.dispatched.map(({ id }) => id)).toEqual(['directive-1.answer', 'delivery-1.change']);
  });

  it.each([
    ['an error', { kind: 'error', error: 'ENDPOINT_UNREACHABLE', message: '' } as const],
    ['another state', { kind: 'response', state: { ...SAMPLED, brightness: 41 } } as const],
  ])('of which Alexa was told %s is a report, too', async (_what, outcome) => {
    const parts = processing({ requests: [requestOf({ status: 'COMPLETED', outcome })] });

    expect(await changed(parts, pushOf())).toBe('reported');

    expect(parts.dispatched.map(({ id }) => id)).toEqual(['directive-1.answer', 'delivery-1.change']);
    expect(parts.dispatched[0]?.detail).toMatchObject({ outcome });
  });

  it('that Alexa was promised is a report, and needs no check any more', async () => {
    const outcome = { kind: 'response', state: { power: 'ON', sampledAtMs: NOW_MS } } as const;
    const parts = processing({ requests: [requestOf({ api: 'optimistic', outcome, command: { brightness: 40 } })] });

    expect(await changed(parts, pushOf())).toBe('reported');

    expect(parts.dispatched).toMatchObject([
      { id: 'delivery-1.change', detail: { cause: 'VOICE_INTERACTION', changed: ['power', 'brightness'] } },
    ]);
    expect(parts.items.get('directive-1')).toMatchObject({ status: 'COMPLETED', outcome });
  });
});

describe('a push that ends no directive', () => {
  it('is a report of what a hand did, for which nothing need be looked up', async () => {
    const parts = processing({ requests: [requestOf()] });
    parts.requests.find = async () => {
      throw new Error('a hand has no request');
    };

    expect(await changed(parts, pushOf(BY_HAND))).toBe('reported');

    const [report] = parts.dispatched;
    expect(report).toMatchObject({
      ...{ id: 'delivery-1.change', correlationId: 'vendor-chain', causationId: 'delivery-1' },
      detail: { cause: 'PHYSICAL_INTERACTION', state: SAMPLED, changed: ['power', 'brightness'] },
    });
    expect(report?.detail).not.toHaveProperty('api', expect.anything());
    expect(parts.items.get('directive-1')).toEqual(requestOf());
  });

  it.each([
    ['a request that is not known any more', { requestId: 'directive-0' }],
    ['a request of another account', { account: 'ben' }],
    ['a request for another device', { deviceId: 'bulb-2' }],
  ])('but names %s, is a report, and ends nothing', async (_what, overrides) => {
    const parts = processing({ requests: [requestOf()] });

    expect(await changed(parts, pushOf(overrides))).toBe('reported');

    expect(parts.dispatched).toMatchObject([{ id: 'delivery-1.change', detail: { cause: 'VOICE_INTERACTION' } }]);
    expect(parts.items.get('directive-1')).toEqual(requestOf());
  });
});

describe('what is pushed', () => {
  const body = JSON.stringify(pushOf());
  const setUp = () => {
    const parts = processing({ requests: [requestOf()] });
    parts.clock.nowMs += 1000;
    const take = (signature: string, text = body): Promise<Pushed> =>
      takePush(parts, SECRET, { body: text, signature });
    return { parts, take, signedNow: () => signatureOf(SECRET, body, parts.clock.nowMs) };
  };

  it('is taken when the vendor has signed it', async () => {
    const { parts, take, signedNow } = setUp();

    expect(await take(signedNow())).toBe('answered');

    expect(parts.dispatched).toHaveLength(1);
  });

  it.each([
    ['unsigned', '', 'forged'],
    ['signed by somebody else', signatureOf('guessed', body, NOW_MS + 1000), 'forged'],
    ['signed for another body', signatureOf(SECRET, `${body} `, NOW_MS + 1000), 'forged'],
    ['signed long ago', signatureOf(SECRET, body, NOW_MS - 10 * 60_000), 'stale'],
  ] as const)('%s is refused, and does nothing', async (_how, signature, refused) => {
    const { parts, take } = setUp();

    expect(await take(signature)).toBe(refused);

    expect(parts.dispatched).toEqual([]);
  });

  it('is refused when somebody has kept it, and sends it again as it was', async () => {
    const { parts, take, signedNow } = setUp();
    const signature = signedNow();
    await take(signature);

    expect(await take(signature)).toBe('replayed');
    parts.clock.nowMs += 1;
    await take(signedNow());
    expect(await take(signature)).toBe('replayed');

    expect(parts.dispatched).toHaveLength(1);
  });

  it('is taken, and done once, when the vendor itself sends it again, having heard nothing', async () => {
    const { parts, take, signedNow } = setUp();
    await take(signedNow());
    parts.clock.nowMs += 1;

    expect(await take(signedNow())).toBe('repeated');

    expect(parts.dispatched).toHaveLength(1);
  });

  it('is done when it comes again and was not done', async () => {
    const { parts, take, signedNow } = setUp();
    const { dispatch } = parts;
    parts.dispatch = async () => {
      throw new Error('the queue is gone');
    };
    await expect(take(signedNow())).rejects.toThrow('the queue is gone');
    parts.dispatch = dispatch;

    expect(await take(signedNow())).toBe('answered');

    expect(parts.dispatched).toMatchObject([{ detail: { outcome: ON } }]);
  });

  it('is refused by its reasons when the vendor has signed what is no change', async () => {
    const { parts, take } = setUp();
    const text = JSON.stringify({ ...pushOf(), detail: { account: 'ann' } });

    await expect(take(signatureOf(SECRET, text, parts.clock.nowMs), text)).rejects.toThrow('detail.deviceId');
  });
});

describe('a signature', () => {
  const at = (signedAtMs: number) => checkSignature(SECRET, signatureOf(SECRET, 'body', signedAtMs), 'body', NOW_MS);

  it('is that of `t.body` by HMAC-SHA256, in hex', () => {
    expect(signatureOf('secret', '{}', 1)).toBe(
      't=1,v1=1122767b193110cfec322b6f199b599edbf608ed087f2d27afb0b97d99523908',
    );
  });

  it.each([
    [0, 'signed'],
    [-5 * 60_000, 'signed'],
    [5 * 60_000, 'signed'],
    [-5 * 60_000 - 1, 'stale'],
    [5 * 60_000 + 1, 'stale'],
  ])('counts for five minutes before and after: %i ms', (ms, kind) => {
    expect(at(NOW_MS + ms)).toMatchObject({ kind });
  });

  it('says when it was made', () => {
    expect(at(NOW_MS - 7)).toEqual({ kind: 'signed', signedAtMs: NOW_MS - 7 });
  });

  it.each([
    '',
    'v1=00',
    `t=${NOW_MS},v1=`,
    `t=${NOW_MS},v1=${'0'.repeat(64)}`,
    `t=${NOW_MS},v1=${'ä'.repeat(64)}`,
    `t=${'9'.repeat(16)},v1=${'0'.repeat(64)}`,
    `${signatureOf(SECRET, 'body', NOW_MS)}x`,
    `x${signatureOf(SECRET, 'body', NOW_MS)}`,
  ])('that is none is forged: %s', (header) => {
    expect(checkSignature(SECRET, header, 'body', NOW_MS)).toEqual({ kind: 'forged' });
  });
});
