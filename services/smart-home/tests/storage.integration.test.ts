import { createTable } from '@arcade/dynamodb';
import { PATIENCE_MS } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeliveriesTable } from '../domain/changed.ts';
import type { DeviceRequest, RequestsTable } from '../domain/request.ts';
import { createDeliveriesTable } from '../storage/deliveriesTable.ts';
import { createRequestsTable } from '../storage/requestsTable.ts';
import { type Storage, startStorage } from './aws.ts';
import { NOW_MS } from './parts.ts';
import { requestOf } from './processing.ts';

let storage: Storage;
let requests: RequestsTable;
let deliveries: DeliveriesTable;
beforeAll(async () => {
  storage = await startStorage();
  requests = createRequestsTable(storage.client, storage.nameOf('requests'));
  deliveries = createDeliveriesTable(storage.client, storage.nameOf('deliveries'));
}, PATIENCE_MS);
afterAll(() => storage.stop());

/** What lies in a table under a key. */
const itemIn = (table: 'requests' | 'deliveries', key: Record<string, string>) =>
  createTable({
    client: storage.client,
    name: storage.nameOf(table),
    key: [Object.keys(key)[0] ?? ''],
    parse: (raw) => raw as Record<string, unknown>,
  }).get(key);

const named = (directiveId: string, overrides: Partial<DeviceRequest> = {}) => requestOf({ directiveId, ...overrides });
const ON = { kind: 'response', state: { power: 'ON', sampledAtMs: NOW_MS } } as const;
const FAILED = { kind: 'error', error: 'ENDPOINT_UNREACHABLE', message: 'no answer' } as const;

describe('a request', () => {
  it('is kept as it was begun first, whoever begins it again, for an hour', async () => {
    const first = named('one', { token: 'token', outcome: ON });

    expect(await requests.begin(first)).toEqual(first);
    expect(await requests.begin({ ...first, correlationToken: 'other', outcome: FAILED })).toEqual(first);

    expect(await requests.find('one')).toEqual(first);
    expect(await requests.find('none')).toBeUndefined();
    expect(await itemIn('requests', { requestId: 'one' })).toMatchObject({ expiresAt: NOW_MS / 1000 + 3600 });
  });

  it.each([
    ['an error', FAILED],
    ['a whole state', { kind: 'response', state: { power: 'OFF', brightness: 7, sampledAtMs: NOW_MS } } as const],
  ])('is kept with what Alexa is told: %s', async (what, outcome) => {
    const request = named(what, { outcome, receivedAtMs: NOW_MS + 999 });
    await requests.begin(request);

    expect(await requests.find(what)).toEqual(request);
    expect(await itemIn('requests', { requestId: what })).toMatchObject({ expiresAt: NOW_MS / 1000 + 3600 });
  });

  it('is completed once, and keeps all else that is known of it', async () => {
    await requests.begin(named('two'));

    expect(await requests.complete('two', ON)).toEqual(named('two', { status: 'COMPLETED', outcome: ON }));
    expect(await requests.complete('two', FAILED)).toEqual(named('two', { status: 'COMPLETED', outcome: ON }));
    expect(await requests.complete('nobody', ON)).toBeUndefined();

    expect(await requests.find('two')).toEqual(named('two', { status: 'COMPLETED', outcome: ON }));
    expect(await requests.find('nobody')).toBeUndefined();
  });

  it('of which Alexa was told before is completed with that', async () => {
    await requests.begin(named('three', { outcome: ON }));
    await requests.told('three', NOW_MS + 5);

    const completed = named('three', { status: 'COMPLETED', outcome: ON, toldAtMs: NOW_MS + 5 });
    expect(await requests.complete('three')).toEqual(completed);
  });

  it('counts how often it was asked of, and never less than before; one that is gone is not brought back', async () => {
    await requests.begin(named('four'));

    await requests.asked('four', 1);
    await requests.asked('four', 3);
    await requests.asked('four', 2);
    await requests.asked('nobody', 1);
    await requests.told('nobody', NOW_MS);

    expect(await requests.find('four')).toEqual(named('four', { asked: 3 }));
    expect(await requests.find('nobody')).toBeUndefined();
  });
});

describe('a delivery', () => {
  it('is new once, unfinished until it is finished, and then replayed, unless it is signed anew', async () => {
    expect(await deliveries.begin('one', NOW_MS, NOW_MS + 10)).toBe('new');
    expect(await deliveries.begin('one', NOW_MS, NOW_MS + 20)).toBe('unfinished');

    await deliveries.finish('one', NOW_MS);
    expect(await deliveries.begin('one', NOW_MS, NOW_MS + 30)).toBe('replayed');
    expect(await deliveries.begin('one', NOW_MS + 25, NOW_MS + 30)).toBe('finished');

    await deliveries.finish('one', NOW_MS + 25);
    expect(await deliveries.begin('one', NOW_MS + 25, NOW_MS + 40)).toBe('replayed');
    expect(await itemIn('deliveries', { deliveryId: 'one' })).toEqual({
      ...{ deliveryId: 'one', isFinished: true, signedAtMs: NOW_MS + 25 },
      expiresAt: NOW_MS / 1000 + 24 * 3600,
    });
  });
});
