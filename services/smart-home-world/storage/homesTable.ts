import { createTable, exists, missing, transact } from '@arcade/dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { endpoint } from '../domain/alexa.ts';
import type { HomesTable } from '../domain/ports.ts';
import { bulbItemOf } from './bulbsTable.ts';
import { KEEP_SECONDS, secondsOf } from './expiry.ts';

/** What goes wrong in a home. */
export const misbehaviour = z.object({
  latencyMs: z.number(),
  failureRate: z.number(),
  lostPushRate: z.number(),
  duplicatePushRate: z.number(),
  forgedPushes: z.boolean(),
  unreachable: z.array(z.string()),
  tokensExpire: z.boolean(),
  skillDisabled: z.boolean(),
  gatewayBusy: z.boolean(),
  hubOff: z.boolean(),
});

const stored = z.object({
  homeId: z.string(),
  item: z.literal('home'),
  keyHash: z.string(),
  vendorToken: z.string(),
  grants: z.enum(['table', 'hub']),
  seed: z.string(),
  misbehaviour,
  createdAtMs: z.number(),
  isLinked: z.boolean(),
  endpoints: z.array(endpoint),
  callbackUrl: z.optional(z.string()),
  expiresAt: z.number(),
});

const keyOf = (homeId: string) => ({ homeId, item: 'home' });

/** The homes, each with its bulbs in one partition. `now`: a home that has expired is gone, even if DynamoDB has not deleted it yet. */
export function createHomesTable(client: DynamoDBDocumentClient, name: string, now: () => number): HomesTable {
  const table = createTable({ client, name, key: ['homeId', 'item'], parse: stored.parse });
  const bulbs = createTable<Record<string, unknown>>({
    client,
    name,
    key: ['homeId', 'item'],
    parse: (raw) => raw as Record<string, unknown>,
  });

  return {
    async create(home, ofHome) {
      const expiresAt = secondsOf(home.createdAtMs) + KEEP_SECONDS;
      const item = {
        ...home,
        endpoints: [...home.endpoints],
        misbehaviour: copied(home.misbehaviour),
        item: 'home' as const,
        expiresAt,
      };
      const steps = ofHome.map((bulb) => [bulb.deviceId, bulbs.step.put(bulbItemOf(bulb))] as const);
      await transact(client, { home: table.step.put(item, missing('homeId')), ...Object.fromEntries(steps) });
    },

    async find(homeId) {
      const found = await table.get(keyOf(homeId));
      if (!found || found.expiresAt <= secondsOf(now())) return undefined;
      const { item: _item, expiresAt: _expiresAt, ...home } = found;
      return home;
    },

    async change(homeId, change) {
      await table.change(keyOf(homeId), { set: { ...change } }, { when: exists('homeId') });
    },
  };
}

const copied = <Value extends { unreachable: readonly string[] }>(value: Value) => ({
  ...value,
  unreachable: [...value.unreachable],
});
