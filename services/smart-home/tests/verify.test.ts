import { describe, expect, it } from '@jest/globals';
import { verify } from '../domain/verify.ts';
import { NOW_MS, vendorOf } from './parts.ts';
import { after, BUSY, processing, requestOf } from './processing.ts';

describe('a check of what was promised', () => {
  const due = { detail: { directiveId: 'directive-1' } } as never;
  const promised = requestOf({ api: 'optimistic', token: 'vendor-token-of-ann', toldAtMs: NOW_MS });

  it('asks the vendor once, with the customer’s token, and tells Alexa what it says', async () => {
    const asked: unknown[] = [];
    const device = async (...args: [string, string]) => {
      asked.push(args);
      return vendorOf().device(...args);
    };
    const parts = processing({ requests: [promised], vendor: { device } });

    expect(await verify(parts, due)).toBe('reported');
    expect(await verify(parts, due)).toBe('settled');

    expect(asked).toEqual([['vendor-token-of-ann', 'bulb-1']]);
    expect(parts.dispatched).toMatchObject([
      {
        ...{ id: 'directive-1.verified', correlationId: 'chain-1', causationId: 'directive-1' },
        detail: {
          ...{ endpointId: 'bulb-1', api: 'optimistic', cause: 'PERIODIC_POLL', changed: ['power'] },
          ...{ reachable: true, state: { power: 'OFF', brightness: 40, sampledAtMs: NOW_MS } },
        },
      },
    ]);
  });

  it('tells it as of after the promise, which was never so: Alexa keeps what was so latest', async () => {
    const outcome = { kind: 'response', state: { power: 'ON', sampledAtMs: NOW_MS + 500 } } as const;
    const parts = processing({ requests: [{ ...promised, outcome }] });

    await verify(parts, due);

    expect(parts.dispatched).toMatchObject([{ detail: { state: { power: 'OFF', sampledAtMs: NOW_MS + 501 } } }]);
  });

  it.each([
    ['the vendor has said how it went', [requestOf({ ...promised, status: 'COMPLETED' })]],
    ['nothing is known of it any more', []],
    ['nobody was promised anything', [requestOf()]],
  ])('asks nothing when %s', async (_what, requests) => {
    const parts = processing({ requests });

    expect(await verify(parts, due)).toBe('settled');

    expect(parts.steps).toEqual([]);
  });

  it('fails, and is repeated, when the vendor does not say', async () => {
    const parts = processing({ requests: [promised], vendor: { device: after([BUSY], undefined as never) } });

    await expect(verify(parts, due)).rejects.toBe(BUSY);

    expect(parts.items.get('directive-1')).toEqual(promised);
  });

  it('fails, and is repeated, when Alexa cannot be told', async () => {
    const parts = processing({ requests: [promised] });
    parts.dispatch = async () => {
      throw new Error('the queue is gone');
    };

    await expect(verify(parts, due)).rejects.toThrow('the queue is gone');

    expect(parts.items.get('directive-1')).toEqual(promised);
  });
});
