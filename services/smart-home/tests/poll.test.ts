import { createEvent } from '@arcade/events';
import { type PollDue, pollDue } from '@arcade/events/contracts/smart-home';
import { describe, expect, it } from '@jest/globals';
import { delaySecondsAfter, type PollParts, poll } from '../domain/poll.ts';
import type { RequestStatus } from '../domain/ports.ts';
import { NOW_MS } from './parts.ts';
import { after, BUSY, deferredOf, GIVE_UP_MS, processing, refusal, requestOf } from './processing.ts';

const DONE = { kind: 'done', state: { power: 'ON', brightness: 40 }, changedAtMs: NOW_MS + 900 } as const;
const ON = { kind: 'response', state: { power: 'ON', brightness: 40, sampledAtMs: NOW_MS + 900 } } as const;
const request = (overrides = {}) => requestOf({ api: 'polling', ...overrides });

function setUp(options: Parameters<typeof processing>[0] & { says?: RequestStatus } = {}) {
  const { says = { kind: 'pending' }, vendor, ...rest } = options;
  const base = processing({ requests: [request()], ...rest, vendor: { request: async () => says, ...vendor } });
  const repeated: [PollDue, number][] = [];
  const parts: PollParts = {
    ...base,
    again: async (event, delaySeconds) => {
      base.steps.push('again');
      repeated.push([event, delaySeconds]);
    },
  };
  base.clock.nowMs += 1000;
  return {
    ...base,
    parts,
    repeated,
    poll: (asked = 0) => poll(parts, asked === 0 ? deferredOf('polling') : dueOf(asked)),
  };
}

const dueOf = (asked: number): PollDue =>
  createEvent(
    pollDue,
    { ...deferredOf('polling').detail, asked },
    { newId: () => `directive-1.poll.${asked}`, nowMs: NOW_MS, correlationId: 'chain-1' },
  );

describe('a directive whose vendor is to be asked', () => {
  it('is answered when the vendor says that it is done', async () => {
    const home = setUp({ says: DONE });

    expect(await home.poll()).toBe('answered');

    expect(home.dispatched).toMatchObject([
      { id: 'directive-1.answer', correlationId: 'chain-1', detail: { outcome: ON } },
    ]);
    expect(home.items.get('directive-1')).toMatchObject({ status: 'COMPLETED', outcome: ON });
    expect(home.repeated).toEqual([]);
  });

  it('is an error when the vendor says that it failed', async () => {
    const home = setUp({ says: { kind: 'failed' } });

    expect(await home.poll()).toBe('refused');

    const message = 'the vendor says that the device did not do it';
    expect(home.dispatched).toMatchObject([
      { detail: { outcome: { kind: 'error', error: 'ENDPOINT_UNREACHABLE', message } } },
    ]);
  });

  it('is answered also when what was kept of it has gone meanwhile', async () => {
    const home = setUp({ says: DONE });
    home.parts.requests.complete = async () => undefined;

    expect(await home.poll()).toBe('answered');

    expect(home.dispatched).toMatchObject([{ detail: { outcome: ON } }]);
  });

  it.each([
    [0, 1, 1],
    [1, 2, 1],
  ])('is asked of again while it is pending: after %i times before, later', async (asked, next, seconds) => {
    const home = setUp();

    expect(await home.poll(asked)).toBe('pending');

    const { detail } = deferredOf('polling');
    expect(home.repeated).toMatchObject([
      [{ id: `directive-1.poll.${next}`, correlationId: 'chain-1', detail: { ...detail, asked: next } }, seconds],
    ]);
    expect(home.items.get('directive-1')?.asked).toBe(next);
    expect(home.dispatched).toEqual([]);
  });

  it('is asked of again before it is kept that it will be: whoever dies in between asks twice, and not never', async () => {
    const home = setUp();
    home.parts.again = async () => {
      expect(home.items.get('directive-1')?.asked).toBeUndefined();
    };

    expect(await home.poll()).toBe('pending');
  });

  it('is asked of as often as it is due, though each turn may come twice', async () => {
    const home = setUp({ requests: [request({ asked: 2 })] });

    expect(await home.poll(1)).toBe('asked-before');
    expect(home.steps).toEqual([]);
    expect(await home.poll(2)).not.toBe('asked-before');
  });

  it.each([
    ['has not heard of it', refusal(404, false)],
    ['is busy', BUSY],
  ])('waits for another turn when the vendor %s', async (_what, error) => {
    const home = setUp({ vendor: { request: after([error], DONE) } });

    expect(await home.poll()).toBe('pending');
  });

  it('is an error when the vendor does not let itself be asked', async () => {
    const home = setUp({ vendor: { request: after([refusal(401, false, 'INVALID_AUTHORIZATION_CREDENTIAL')], DONE) } });

    expect(await home.poll()).toBe('refused');

    expect(home.dispatched).toMatchObject([{ detail: { outcome: { error: 'INVALID_AUTHORIZATION_CREDENTIAL' } } }]);
  });

  it('is not asked of before the vendor was told', async () => {
    const home = setUp({ requests: [] });

    expect(await home.poll()).toBe('pending');

    expect(home.steps).toEqual(['again']);
  });

  it('is not asked of once it is refused: what was said of it is said again', async () => {
    const outcome = { kind: 'error', error: 'INVALID_VALUE', message: 'refused' } as const;
    const home = setUp({ requests: [request({ status: 'COMPLETED', outcome })] });

    expect(await home.poll()).toBe('refused');

    expect(home.steps).toEqual(['dispatch directive-1.answer']);
    expect(home.dispatched).toMatchObject([{ detail: { outcome } }]);
  });

  it('is answered as whoever was first has decided', async () => {
    const outcome = { kind: 'error', error: 'INVALID_VALUE', message: 'refused' } as const;
    const home = setUp({
      vendor: {
        request: async () => {
          await home.requests.complete('directive-1', outcome);
          return DONE;
        },
      },
    });

    expect(await home.poll()).toBe('refused');

    expect(home.dispatched).toMatchObject([{ detail: { outcome } }]);
  });

  it('is given up when it cannot be asked again in time', async () => {
    const home = setUp();
    home.clock.nowMs = GIVE_UP_MS - 1000;

    expect(await home.poll()).toBe('given-up');

    expect(home.steps).toEqual(['vendor.request']);
  });

  it('is not asked of any more once Alexa was told that the device cannot be reached', async () => {
    const home = setUp({ says: DONE });
    home.clock.nowMs = GIVE_UP_MS;

    expect(await home.poll()).toBe('given-up');

    expect(home.steps).toEqual([]);
  });

  it('fails, and comes again, for what is no refusal of the vendor', async () => {
    const home = setUp({ vendor: { request: after([new TypeError('a fault of ours')], DONE) } });

    await expect(home.poll()).rejects.toThrow('a fault of ours');
  });
});

describe('the time until a vendor is asked again', () => {
  it.each([
    ['grows', 60_000, [1, 2, 3, 5, 8, 13, 13]],
    ['is at last what is left, in whole seconds', 3001, [1, 2, 3, 3, 3]],
    ['is shorter where the time would be over then', 3000, [1, 2, 2, 2, 2]],
    ['is a second at the least', 1001, [1, 1, 1]],
    ['is none where that is not left', 1000, [undefined, undefined]],
  ])('%s', (_how, leftMs, seconds) => {
    expect(seconds.map((_second, at) => delaySecondsAfter(at + 1, leftMs))).toEqual(seconds);
  });
});
