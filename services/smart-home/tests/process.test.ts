import { describe, expect, it } from '@jest/globals';
import { giveUp } from '../domain/giveUp.ts';
import { processAsync, processSync } from '../domain/process.ts';
import { NOW_MS } from './parts.ts';
import { after, BUSY, deferredOf, GIVE_UP_MS, processing, refusal, requestOf } from './processing.ts';

const DONE = { kind: 'done', state: { power: 'ON', brightness: 40 }, changedAtMs: NOW_MS + 7 } as const;
const ON = { kind: 'response', state: { power: 'ON', brightness: 40, sampledAtMs: NOW_MS + 7 } };

describe('a directive for an API that answers with the state', () => {
  it('is answered with that state, by the id of the directive and in its chain', async () => {
    const parts = processing({ vendor: { command: async () => DONE } });

    expect(await processSync(parts, deferredOf('sync'))).toBe('answered');

    const { token: _token, command: _command, ...named } = deferredOf('sync').detail;
    expect(parts.dispatched).toMatchObject([
      {
        ...{
          id: 'directive-1.answer',
          type: 'smart_home.answer_ready',
          correlationId: 'chain-1',
          causationId: 'directive-1',
        },
        detail: { ...named, outcome: ON },
      },
    ]);
    expect(parts.dispatched[0]?.detail).not.toHaveProperty('token');
  });

  it('is told to the vendor under its own id, with the customer’s token, and no address to push to', async () => {
    const told: unknown[] = [];
    const command = async (...args: unknown[]) => {
      told.push(args);
      return DONE;
    };

    await processSync(processing({ vendor: { command } }), deferredOf('sync', { brightness: 70 }));

    expect(told).toEqual([
      [
        'vendor-token-of-ann',
        'bulb-1',
        { requestId: 'directive-1', command: { brightness: 70 }, callbackUrl: undefined },
      ],
    ]);
  });

  it.each([
    ['refused for good', [refusal(404, false, 'NO_SUCH_ENDPOINT')], 'NO_SUCH_ENDPOINT', ['vendor.command']],
    [
      'refused twice for now',
      [BUSY, refusal(429, true, 'RATE_LIMIT_EXCEEDED')],
      'RATE_LIMIT_EXCEEDED',
      ['vendor.command', 'pause 200', 'vendor.command'],
    ],
  ])('that is %s is an error of that kind', async (_how, refusals, error, asked) => {
    const parts = processing({ vendor: { command: after(refusals, DONE) } });

    expect(await processSync(parts, deferredOf('sync'))).toBe('refused');

    expect(parts.dispatched).toMatchObject([{ detail: { outcome: { kind: 'error', error } } }]);
    expect(parts.steps).toEqual([...asked, 'dispatch directive-1.answer']);
  });

  it('that is refused once for now is tried again a moment later', async () => {
    const parts = processing({ vendor: { command: after([BUSY], DONE) } });

    expect(await processSync(parts, deferredOf('sync'))).toBe('answered');

    expect(parts.steps).toEqual(['vendor.command', 'pause 200', 'vendor.command', 'dispatch directive-1.answer']);
  });

  it.each([
    ['the function has no time for it', 301, 1200, false],
    ['the function has just time for it', 300, 1200, true],
    ['Alexa would have been told otherwise', 2801, -1400, false],
    ['Alexa is just not told yet', 2800, -1400, true],
  ])('is tried again or not when %s', async (_when, takesMs, callMs, isRepeated) => {
    const parts = processing({
      callMs,
      vendor: {
        command: async () => {
          parts.clock.nowMs += takesMs;
          throw BUSY;
        },
      },
    });

    await processSync(parts, deferredOf('sync'));

    expect(parts.steps.filter((step) => step === 'vendor.command')).toHaveLength(isRepeated ? 2 : 1);
  });

  it('that is only accepted is an error, because nobody would tell how it went', async () => {
    const parts = processing();

    expect(await processSync(parts, deferredOf('sync'))).toBe('refused');

    const message = expect.stringContaining('will not tell how it went');
    expect(parts.dispatched).toMatchObject([
      { detail: { outcome: { kind: 'error', error: 'INTERNAL_ERROR', message } } },
    ]);
  });

  it('is not carried out any more once Alexa was told that the device cannot be reached', async () => {
    const parts = processing({ vendor: { command: async () => DONE } });
    parts.clock.nowMs = GIVE_UP_MS;

    expect(await processSync(parts, deferredOf('sync'))).toBe('too-late');
    parts.clock.nowMs = GIVE_UP_MS - 1;
    expect(await processSync(parts, deferredOf('sync'))).toBe('answered');

    expect(parts.steps).toEqual(['vendor.command', 'dispatch directive-1.answer']);
  });

  it('fails, and comes again, for what is no refusal of the vendor', async () => {
    const parts = processing({ vendor: { command: after([new TypeError('a fault of ours')], DONE) } });

    await expect(processSync(parts, deferredOf('sync'))).rejects.toThrow('a fault of ours');

    expect(parts.dispatched).toEqual([]);
  });
});

describe('a directive for an API that only accepts it', () => {
  it('is kept as pending before the vendor hears of it, so that no push comes too early', async () => {
    const parts = processing({
      vendor: {
        command: async () => {
          expect(parts.items.get('directive-1')).toEqual(requestOf());
          return { kind: 'accepted' };
        },
      },
    });

    expect(await processAsync(parts, deferredOf('push'))).toBe('accepted');

    expect(parts.steps).toEqual(['requests.begin', 'vendor.command']);
    expect(parts.items.get('directive-1')).toEqual(requestOf());
  });

  it.each([
    ['push', 'https://gateway.example.com/changes'],
    ['polling', undefined],
  ] as const)('of the kind %s says where to push to, or does not', async (api, callbackUrl) => {
    const told: unknown[] = [];
    const command = async (_token: string, _deviceId: string, request: unknown) => {
      told.push(request);
      return { kind: 'accepted' } as const;
    };

    await processAsync(processing({ vendor: { command } }), deferredOf(api));

    expect(told).toEqual([{ requestId: 'directive-1', command: { power: 'ON' }, callbackUrl }]);
  });

  it('that is refused is an error to Alexa, and completed', async () => {
    const parts = processing({ vendor: { command: after([refusal(422, false, 'INVALID_VALUE')], DONE) } });

    expect(await processAsync(parts, deferredOf('push'))).toBe('refused');

    const outcome = { kind: 'error', error: 'INVALID_VALUE' };
    expect(parts.items.get('directive-1')).toMatchObject({ status: 'COMPLETED', outcome, command: { power: 'ON' } });
    expect(parts.dispatched).toMatchObject([
      { id: 'directive-1.answer', correlationId: 'chain-1', causationId: 'directive-1', detail: { outcome } },
    ]);
  });

  it('that is refused is an error to Alexa also when what was kept of it has gone meanwhile', async () => {
    const parts = processing({ vendor: { command: after([refusal(422, false, 'INVALID_VALUE')], DONE) } });
    parts.requests.complete = async () => undefined;

    expect(await processAsync(parts, deferredOf('push'))).toBe('refused');

    expect(parts.dispatched).toMatchObject([{ detail: { outcome: { error: 'INVALID_VALUE' } } }]);
  });

  it('that is done at once is answered at once', async () => {
    const parts = processing({ vendor: { command: async () => DONE } });

    expect(await processAsync(parts, deferredOf('push'))).toBe('answered');

    expect(parts.dispatched).toMatchObject([{ detail: { outcome: ON } }]);
  });

  it('that a push has ended before the vendor’s refusal came is answered as the push said', async () => {
    const parts = processing({
      vendor: {
        command: async () => {
          await parts.requests.complete('directive-1', ON as never);
          throw refusal(undefined, false);
        },
      },
    });

    expect(await processAsync(parts, deferredOf('push'))).toBe('answered');

    expect(parts.dispatched).toMatchObject([{ detail: { outcome: ON } }]);
  });

  it.each([
    ['pending still is told to the vendor again', requestOf(), 'accepted', ['requests.begin', 'vendor.command'], []],
    [
      'completed is answered as it was, again',
      requestOf({ status: 'COMPLETED', outcome: ON as never }),
      'answered',
      ['requests.begin', 'dispatch directive-1.answer'],
      [{ id: 'directive-1.answer', detail: { outcome: ON } }],
    ],
  ])('that comes again, and is %s', async (_how, standing, processed, steps, dispatched) => {
    const parts = processing({ requests: [standing] });

    expect(await processAsync(parts, deferredOf('push'))).toBe(processed);

    expect(parts.steps).toEqual(steps);
    expect(parts.dispatched).toMatchObject(dispatched);
  });

  it('is not begun any more once Alexa was told that the device cannot be reached', async () => {
    const parts = processing();
    parts.clock.nowMs = GIVE_UP_MS;

    expect(await processAsync(parts, deferredOf('push'))).toBe('too-late');

    expect(parts.steps).toEqual([]);
  });

  it('fails, and comes again, when what it was completed with is not to be had', async () => {
    const parts = processing({ requests: [requestOf({ status: 'COMPLETED' })] });

    await expect(processAsync(parts, deferredOf('push'))).rejects.toThrow('completed without an outcome');
  });
});

describe('a directive whose time is nearly over', () => {
  it('is answered with a device that cannot be reached, by the id that all its answers have', async () => {
    const parts = processing();
    parts.clock.nowMs = GIVE_UP_MS;

    await giveUp(parts, deferredOf('push'));

    expect(parts.dispatched).toMatchObject([
      {
        ...{ id: 'directive-1.answer', time: '2030-01-01T00:00:03.000Z', correlationId: 'chain-1' },
        detail: {
          correlationToken: 'correlation-1',
          outcome: { kind: 'error', error: 'ENDPOINT_UNREACHABLE', message: 'the device has not answered in time' },
        },
      },
    ]);
  });
});
