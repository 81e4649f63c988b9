import { and, between, createTable, equal, transact } from '@arcade/dynamodb';
import { bulbState, deviceApi } from '@arcade/events/contracts/smart-home';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Bulb, VendorRequest } from '../domain/bulb.ts';
import type { BulbsTable } from '../domain/ports.ts';
import { KEEP_SECONDS, secondsOf } from './expiry.ts';

const key = { homeId: z.string(), item: z.string(), expiresAt: z.number() };
const bulbItem = z.object({
  ...key,
  deviceId: z.string(),
  name: z.string(),
  place: z.string(),
  api: deviceApi,
  state: bulbState,
  // Homes are kept for a day, also those that were made before it was.
  lit: z._default(z.number(), 80),
  changedAtMs: z.number(),
  coming: z.array(z.object({ state: bulbState, atMs: z.number() })),
  version: z.int(),
});
const requestItem = z.object({
  ...key,
  deviceId: z.string(),
  requestId: z.string(),
  fails: z.boolean(),
  state: bulbState,
  doneAtMs: z.number(),
  callbackUrl: z.optional(z.string()),
});
const attemptsItem = z.object({ ...key, attempts: z.int() });

const BULB = 'bulb#';
const bulbKey = (homeId: string, deviceId: string) => ({ homeId, item: `${BULB}${deviceId}` });
const requestKey = (homeId: string, deviceId: string, requestId: string) => ({
  homeId,
  item: `request#${deviceId}#${requestId}`,
});
const attemptsKey = (homeId: string, deviceId: string, requestId: string) => ({
  homeId,
  item: `attempts#${deviceId}#${requestId}`,
});

/** A bulb as it is kept. It is kept a day from its last change on: longer than its home. */
export const bulbItemOf = (bulb: Bulb): z.output<typeof bulbItem> => ({
  ...bulb,
  ...bulbKey(bulb.homeId, bulb.deviceId),
  coming: [...bulb.coming],
  expiresAt: secondsOf(bulb.changedAtMs) + 2 * KEEP_SECONDS,
});

const bulbOf = ({ item: _item, expiresAt: _expiresAt, ...bulb }: z.output<typeof bulbItem>): Bulb => bulb;

/** The bulbs, and what each was told, in the partition of their home. */
export function createBulbsTable(client: DynamoDBDocumentClient, name: string): BulbsTable {
  const common = { client, name, key: ['homeId', 'item'] as const };
  const bulbs = createTable({ ...common, parse: bulbItem.parse });
  const requests = createTable({ ...common, parse: requestItem.parse });
  const attempts = createTable({ ...common, parse: attemptsItem.parse });

  return {
    async all(homeId) {
      const found: Bulb[] = [];
      const ofHome = and(equal('homeId', homeId), between('item', BULB, `${BULB}\uFFFF`));
      for await (const item of bulbs.query(ofHome, { consistent: true })) found.push(bulbOf(item));
      return found;
    },

    async find(homeId, deviceId) {
      const item = await bulbs.get(bulbKey(homeId, deviceId));
      return item && bulbOf(item);
    },

    async findRequest(homeId, deviceId, requestId): Promise<VendorRequest | undefined> {
      return requests.get(requestKey(homeId, deviceId, requestId));
    },

    async countAttempt(homeId, deviceId, requestId, atMs) {
      const change = { add: { attempts: 1 }, set: { expiresAt: secondsOf(atMs) + KEEP_SECONDS } };
      const counted = await attempts.update(attemptsKey(homeId, deviceId, requestId), change);
      return counted.outcome === 'done' ? counted.item.attempts : 0;
    },

    async keep(bulb, request) {
      const when = equal('version', bulb.version - 1);
      if (!request) return (await bulbs.put(bulbItemOf(bulb), { when })).outcome === 'done' ? 'kept' : 'changed';
      const { homeId, deviceId, requestId, doneAtMs } = request;
      const item = {
        ...request,
        ...requestKey(homeId, deviceId, requestId),
        expiresAt: secondsOf(doneAtMs) + KEEP_SECONDS,
      };
      const written = await transact(client, {
        bulb: bulbs.step.put(bulbItemOf(bulb), when),
        // The same request, made at the same time, finds the bulb changed.
        request: requests.step.put(item),
      });
      return written.outcome === 'done' ? 'kept' : 'changed';
    },
  };
}
