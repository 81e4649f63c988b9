import {
  type AnswerReady,
  answerReady,
  changeReady,
  type DirectiveAnswered,
  directiveAnswered,
} from '@arcade/events/contracts/smart-home';
import { buildEvent } from '@arcade/events/testing';
import { queueHandler } from '@arcade/lambda';
import { context, queueEvent, recordingLog } from '@arcade/lambda/testing';
import { describe, expect, it } from '@jest/globals';
import {
  type DispatchParts,
  dispatch,
  type EventGateway,
  type GatewayAnswer,
  NotSentError,
  TURNS,
} from '../domain/dispatch.ts';
import { GrantError } from '../domain/grants.ts';
import { messageIdOf } from '../domain/messages.ts';
import { dispatcher } from '../patterns/dispatcher.ts';
import { dispatchParts, gatewayOf, grantOf } from './grants.ts';
import { NOW_MS } from './parts.ts';

const device = { account: 'ann', endpointId: 'bulb-1', api: 'push' } as const;
const state = { power: 'ON', brightness: 40, sampledAtMs: NOW_MS } as const;
const answered = (answerByMs = NOW_MS + 6000) =>
  buildEvent(
    answerReady,
    {
      ...device,
      directiveId: 'directive-1',
      correlationToken: 'correlation-1',
      receivedAtMs: NOW_MS,
      answerByMs,
      outcome: { kind: 'response', state },
    },
    { id: 'directive-1.answer' },
  );
const reported = () =>
  buildEvent(
    changeReady,
    { ...device, cause: 'PHYSICAL_INTERACTION', state, changed: ['power'] },
    { id: 'push-1.change' },
  );
const refused = (status: number, code: string): GatewayAnswer => ({ outcome: 'refused', status, code });
const BUSY = refused(429, 'THROTTLING_EXCEPTION');
const EXPIRED = refused(401, 'INVALID_ACCESS_TOKEN_EXCEPTION');
const DISABLED = refused(403, 'SKILL_DISABLED_EXCEPTION');
/** A turn of a function of two seconds. */
const turnOf = (clock: { nowMs: number }, receiveCount = 1) => {
  const endsMs = clock.nowMs + 2000;
  return { receiveCount, remainingMs: () => endsMs - clock.nowMs };
};

describe('an answer', () => {
  it('is sent with the customer’s own token, as the message that its event stands for', async () => {
    const gateway = gatewayOf();
    const { parts, clock } = dispatchParts(NOW_MS, gateway);

    expect(await dispatch(parts, answered(), turnOf(clock))).toEqual({ outcome: 'sent' });

    expect(gateway.sent).toEqual([
      { messageId: messageIdOf('directive-1.answer'), token: 'access-0', timeoutMs: 1200 },
    ]);
  });

  it.each([
    ['is past', 1000, 1000],
    ['is about to be', -200, 0],
  ])('whose limit %s is not sent but kept, and it is said by how much', async (_case, lateByMs, lateMs) => {
    const gateway = gatewayOf();
    const { parts, clock, late } = dispatchParts(NOW_MS, gateway);

    expect(await dispatch(parts, answered(NOW_MS - lateByMs), turnOf(clock))).toEqual({ outcome: 'late', lateMs });

    expect([gateway.sent, late]).toEqual([[], ['directive-1.answer.late']]);
  });

  it('has no more time at the gateway than it has', async () => {
    const gateway = gatewayOf();
    const { parts, clock } = dispatchParts(NOW_MS, gateway);

    await dispatch(parts, answered(NOW_MS + 700), turnOf(clock));

    expect(gateway.sent[0]?.timeoutMs).toBe(450);
  });

  it('of a customer who has given no grant is dropped', async () => {
    const gateway = gatewayOf();
    const { parts, clock } = dispatchParts(NOW_MS, gateway, { grant: null });

    expect(await dispatch(parts, answered(), turnOf(clock))).toEqual({ outcome: 'no-grant', dropped: false });
    expect(gateway.sent).toEqual([]);
  });
});

describe('others', () => {
  const unreached = { kind: 'error', error: 'ENDPOINT_UNREACHABLE', message: 'bulb-1 of ann is away' } as const;
  const gist = ({ detail: { outcome, power, brightness, error } }: DirectiveAnswered) => [
    outcome,
    power,
    brightness,
    error,
  ];

  it('learn how a directive ended, in its chain, and not whose home it is', async () => {
    const { parts, clock, told } = dispatchParts(NOW_MS, gatewayOf());
    clock.nowMs += 1500;

    await dispatch(parts, answered(), turnOf(clock));

    expect(told).toEqual([
      expect.objectContaining({
        id: 'directive-1.answered',
        type: 'smart_home.directive_answered',
        correlationId: answered().correlationId,
        detail: {
          directiveId: 'directive-1',
          home: expect.stringMatching(/^[0-9a-f]{16}$/),
          ...{ endpointId: 'bulb-1', api: 'push', outcome: 'response', power: 'ON', brightness: 40, afterMs: 1500 },
        },
      }),
    ]);
    expect(directiveAnswered.detail.safeParse(told[0]?.detail).success).toBe(true);
  });

  it.each<[string, Parameters<typeof gatewayOf>, Partial<AnswerReady['detail']>, unknown[]]>([
    ['is an error', [], { outcome: unreached }, ['error', undefined, undefined, 'ENDPOINT_UNREACHABLE']],
    [
      'says less',
      [],
      { outcome: { kind: 'response', state: { power: 'OFF', sampledAtMs: 0 } } },
      ['response', 'OFF', undefined, undefined],
    ],
    ['came too late', [], { answerByMs: NOW_MS - 1 }, ['late', undefined, undefined, undefined]],
    ['Alexa never takes', [refused(400, 'INVALID_REQUEST_EXCEPTION')], {}, ['late', undefined, undefined, undefined]],
    ['nobody may give', [DISABLED], {}, ['late', undefined, undefined, undefined]],
  ])('learn of an answer that %s', async (_case, says, detail, expected) => {
    const { parts, clock, told } = dispatchParts(NOW_MS, gatewayOf(...says));
    const news = answered();

    await dispatch(parts, { ...news, detail: { ...news.detail, ...detail } }, turnOf(clock));

    expect(told.map(gist)).toEqual([expected]);
    expect(JSON.stringify(told)).not.toContain('ann');
  });

  it('learn nothing of what is tried again, nor of a report', async () => {
    const { parts, clock, told } = dispatchParts(NOW_MS, gatewayOf(BUSY));

    await expect(dispatch(parts, answered(), turnOf(clock))).rejects.toThrow(NotSentError);
    await dispatch(parts, reported(), turnOf(clock, 2));

    expect(told).toEqual([]);
  });

  it.each<[string, number, number]>([
    ['in a turn that has time', 0, 1000],
    ['in one that is nearly over', 1700, 200],
  ])('who cannot be told cost no answer, and no more than their time %s', async (_case, goneMs, expectedMs) => {
    const slow: EventGateway = {
      send: async () => {
        clock.nowMs += goneMs;
        return { outcome: 'accepted' };
      },
    };
    const { parts, clock, warned } = dispatchParts(NOW_MS, slow);
    const waited: number[] = [];
    const hanging: Partial<DispatchParts> = {
      tellOthers: () => new Promise(() => {}),
      pause: async (ms) => void waited.push(ms),
    };
    const failing: Partial<DispatchParts> = { tellOthers: () => Promise.reject(new Error('no topic')) };

    expect(await dispatch({ ...parts, ...hanging }, answered(), turnOf(clock))).toEqual({ outcome: 'sent' });
    expect(await dispatch({ ...parts, ...failing }, answered(NOW_MS + 60_000), turnOf(clock))).toEqual({
      outcome: 'sent',
    });

    expect(waited).toEqual([expectedMs]);
    expect(new Set(warned)).toEqual(new Set(['others were not told how a directive ended']));
    expect(warned).toHaveLength(2);
  });
});

describe('a token that Alexa does not take', () => {
  it('is renewed, and the message sent once more', async () => {
    const gateway = gatewayOf(EXPIRED);
    const { parts, clock, login } = dispatchParts(NOW_MS, gateway);

    expect(await dispatch(parts, answered(), turnOf(clock))).toEqual({ outcome: 'sent' });

    expect(gateway.sent.map(({ token }) => token)).toEqual(['access-0', 'access-1']);
    expect(new Set(gateway.sent.map(({ messageId }) => messageId)).size).toBe(1);
    expect(login.refreshed).toBe(1);
  });

  it('renewed in vain leaves the message to another turn', async () => {
    const gateway = gatewayOf(...Array.from({ length: 9 }, () => EXPIRED));
    const { parts, clock } = dispatchParts(NOW_MS, gateway);

    await expect(dispatch(parts, answered(), turnOf(clock))).rejects.toThrow(NotSentError);
    expect(clock.nowMs - NOW_MS).toBeLessThan(2000);
  });

  it('is not renewed where Amazon has another already', async () => {
    const gateway = gatewayOf(EXPIRED);
    const { parts, clock, login, grants } = dispatchParts(NOW_MS, gateway);
    await parts.access.current('ann');
    const sealed = { access: 'ann/access/access-of-another-process', refresh: 'ann/refresh/refresh-0' };
    await grants.renew(grantOf(0), { expiresAtMs: NOW_MS + 3_500_000, sealed });

    await dispatch(parts, answered(), turnOf(clock));

    expect(gateway.sent.map(({ token }) => token)).toEqual(['access-0', 'access-of-another-process']);
    expect(login.refreshed).toBe(0);
  });
});

describe('a customer who', () => {
  it('has switched the skill off, as is said once a token was renewed, is spoken for no more', async () => {
    const { parts, clock, items } = dispatchParts(NOW_MS, gatewayOf(EXPIRED, DISABLED));

    expect(await dispatch(parts, reported(), turnOf(clock))).toEqual({ outcome: 'no-grant', dropped: true });
    expect(items.size).toBe(0);
  });

  it.each(['SKILL_DISABLED_EXCEPTION', 'SKILL_NEVER_ENABLED_EXCEPTION'])(
    'has switched the skill off (%s) is spoken for no more: her grant goes, and what was to be said',
    async (code) => {
      const gateway = gatewayOf(refused(403, code));
      const { parts, clock, items } = dispatchParts(NOW_MS, gateway);

      expect(await dispatch(parts, reported(), turnOf(clock))).toEqual({ outcome: 'no-grant', dropped: true });
      expect(items.size).toBe(0);
      expect(await dispatch(parts, reported(), turnOf(clock))).toEqual({ outcome: 'no-grant', dropped: false });
      expect(gateway.sent).toHaveLength(1);
    },
  );

  it('has switched it on again meanwhile keeps the new grant, by which it is sent', async () => {
    const gateway = gatewayOf(DISABLED);
    const { parts, clock, items, grants } = dispatchParts(NOW_MS, gateway);
    await parts.access.current('ann');
    const sealed = { access: 'ann/access/of-the-new-grant', refresh: 'ann/refresh/new' };
    await grants.put(grantOf(NOW_MS + 3_600_000, { grantId: 'grant-2', sealed }));

    expect(await dispatch(parts, reported(), turnOf(clock))).toEqual({ outcome: 'sent' });

    expect(gateway.sent.map(({ token }) => token)).toEqual(['access-0', 'of-the-new-grant']);
    expect(items.get('ann')?.grantId).toBe('grant-2');
  });

  it('has taken back her consent, as Amazon says when a token is to be renewed, loses the grant', async () => {
    const gateway = gatewayOf(EXPIRED);
    const { parts, clock, items, login } = dispatchParts(NOW_MS, gateway);
    login.refusal = new GrantError('Login with Amazon answered 400: invalid_grant', { isFinal: true });

    expect(await dispatch(parts, answered(), turnOf(clock))).toEqual({ outcome: 'no-grant', dropped: false });
    expect(items.size).toBe(0);
  });
});

describe('a gateway that is busy', () => {
  it.each([
    ['429', BUSY],
    ['500', refused(500, 'INTERNAL_SERVICE_EXCEPTION')],
    ['503', refused(503, 'SERVICE_UNAVAILABLE_EXCEPTION')],
    ['nothing', { outcome: 'silent', reason: 'timeout' } as const],
  ])('is asked again in the next turn, and once in each: it answered %s', async (_case, answer) => {
    const gateway = gatewayOf(answer);
    const { parts, clock } = dispatchParts(NOW_MS, gateway);

    await expect(dispatch(parts, answered(), turnOf(clock))).rejects.toThrow(NotSentError);
    expect(gateway.sent).toHaveLength(1);
    expect(await dispatch(parts, answered(), turnOf(clock, 2))).toEqual({ outcome: 'sent' });
  });

  it.each([
    [100, 0, BUSY],
    [1200, 0, BUSY],
    [100, 900, BUSY],
    [100, 1000, EXPIRED],
  ])(
    'is asked at most three times after the first, at least a second apart, whether it takes %d ms, or a token %d ms',
    async (takesMs, tokenMs, answer) => {
      const startsMs: number[] = [];
      const slow: EventGateway = {
        send: async () => {
          startsMs.push(clock.nowMs - NOW_MS);
          clock.nowMs += takesMs;
          // Its last word is the same, whatever token it is given.
          return answer;
        },
      };
      const { parts, clock, late, login } = dispatchParts(NOW_MS, slow, { grant: grantOf(NOW_MS - 1) });
      const refresh = login.issue;
      login.issue = (token) => {
        clock.nowMs += tokenMs;
        return refresh(token);
      };
      const ends: unknown[] = [];

      for (let receiveCount = 1; receiveCount <= TURNS; receiveCount += 1) {
        clock.nowMs = NOW_MS + (receiveCount - 1) * 2000;
        const turn = dispatch(parts, answered(NOW_MS + 60_000), turnOf(clock, receiveCount));
        ends.push(
          await turn.then(
            ({ outcome }) => outcome,
            (error: Error) => error.name,
          ),
        );
      }

      const byTurn = Object.values(Object.groupBy(startsMs, (ms) => Math.floor(ms / 2000)));
      const apart = byTurn.slice(1).map((starts, at) => (starts?.[0] ?? 0) - (byTurn[at]?.at(-1) ?? 0));
      expect(Math.min(...apart)).toBeGreaterThanOrEqual(1000);
      expect(byTurn).toHaveLength(4);
      expect(ends.slice(0, 3)).toEqual(['NotSentError', 'NotSentError', 'NotSentError']);
      expect(new Set(ends.slice(3))).toEqual(new Set(['late']));
      expect(new Set(late)).toEqual(new Set(['directive-1.answer.late']));
    },
  );

  it('is left alone when there is no time for another try before the limit', async () => {
    const gateway = gatewayOf(BUSY, BUSY);
    const { parts, clock } = dispatchParts(NOW_MS, gateway);

    await expect(dispatch(parts, answered(NOW_MS + 1200), turnOf(clock))).rejects.toThrow('429 THROTTLING_EXCEPTION');
    expect(gateway.sent).toHaveLength(1);
  });

  it('has a report go to the dead letters in the end: it has no limit, and no other place', async () => {
    const { parts, clock } = dispatchParts(NOW_MS, gatewayOf(BUSY, BUSY));

    await expect(dispatch(parts, reported(), turnOf(clock, TURNS))).rejects.toThrow(NotSentError);
  });
});

it.each([
  [400, 'INVALID_REQUEST_EXCEPTION'],
  [403, 'INSUFFICIENT_PERMISSION_EXCEPTION'],
  [404, 'SKILL_NOT_FOUND_EXCEPTION'],
  [413, 'REQUEST_ENTITY_TOO_LARGE_EXCEPTION'],
])('what Alexa will never take is not sent again: %d %s', async (status, code) => {
  const gateway = gatewayOf(refused(status, code));
  const { parts, clock, items } = dispatchParts(NOW_MS, gateway);

  expect(await dispatch(parts, answered(), turnOf(clock))).toEqual({ outcome: 'refused', status, code });
  expect([gateway.sent.length, items.size]).toEqual([1, 1]);
});

it('what Amazon gives no token for now is left to another turn, and its grant stays', async () => {
  const expired = grantOf(NOW_MS - 1);
  const { parts, clock, items, login } = dispatchParts(NOW_MS, gatewayOf(), { grant: expired });
  login.refusal = new GrantError('Login with Amazon answered 503');

  await expect(dispatch(parts, answered(), turnOf(clock))).rejects.toThrow('answered 503');
  expect(items.get('ann')).toMatchObject({ grantId: 'grant-1', refreshingUntilMs: undefined });
});

describe('two answers of one device', () => {
  it('are both tried, however often the first one fails: what stands behind it is not received with it', async () => {
    const { nodes, edges } = dispatcher(6);
    const { maxReceiveCount } = (nodes.dispatch as { settings: { maxReceiveCount: number } }).settings;
    const reading = Object.values(edges).find(({ type }) => type === 'queue triggers function');
    const { batchSize = 10 } = (reading?.settings ?? {}) as { batchSize?: number };
    const tried: string[] = [];
    const handler = queueHandler({
      contracts: [answerReady],
      log: recordingLog().log,
      onEvent: async ({ id }) => {
        tried.push(id);
        if (id === 'first.answer') throw new NotSentError('busy');
      },
    });
    let waiting = ['first.answer', 'second.answer'].map((id) => ({ news: { ...answered(), id }, receives: 0 }));

    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchSize);
      for (const message of batch) message.receives += 1;
      const event = queueEvent(
        batch.map(({ news }) => news),
        { groups: ['ann#bulb-1', 'ann#bulb-1'] },
      );
      const failed = (await handler(event, context)).batchItemFailures.length;
      const returned = batch.slice(batch.length - failed).filter(({ receives }) => receives < maxReceiveCount);
      waiting = [...returned, ...waiting.slice(batchSize)];
    }

    expect(tried).toEqual([...Array.from({ length: TURNS }, () => 'first.answer'), 'second.answer']);
  });
});
