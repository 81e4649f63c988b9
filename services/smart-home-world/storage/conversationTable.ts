import { and, between, createTable, equal, lessOrEqual, missing, or } from '@arcade/dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { type Directive, skillMessage } from '../domain/alexa.ts';
import type { Belief, ConversationTable } from '../domain/ports.ts';
import { KEEP_SECONDS, secondsOf } from './expiry.ts';

const key = { homeId: z.string(), item: z.string() };
const utteranceItem = z.object({
  ...key,
  kind: z.literal('utterance'),
  utteranceId: z.string(),
  text: z.string(),
  saidAtMs: z.number(),
  directive: z.optional(z.custom<Directive>()),
  deviceName: z.optional(z.string()),
  direct: z.optional(z.object({ atMs: z.number(), message: z.optional(skillMessage), speech: z.string() })),
});
const eventItem = z.object({
  ...key,
  kind: z.literal('event'),
  messageId: z.string(),
  atMs: z.number(),
  message: skillMessage,
  repeated: z.int(),
});
const spoken = z.discriminatedUnion('kind', [utteranceItem, eventItem]);
const beliefItem = z.object({
  ...key,
  deviceId: z.string(),
  power: z.optional(z.enum(['ON', 'OFF'])),
  brightness: z.optional(z.number()),
  isReachable: z.optional(z.boolean()),
  /** Not `atMs`: the index has only what was said, and what came. */
  believedAtMs: z.number(),
});

const askedItem = z.object(key);

const BELIEF = 'belief#';

/** The index that has what was said and what came, by `atMs`. */
const INDEX = 'Newest';

/** What was said in a home and what came by the gateway, and what Alexa believes since, in the home's partition. */
export function createConversationTable(client: DynamoDBDocumentClient, name: string): ConversationTable {
  const common = { client, name, key: ['homeId', 'item'] as const };
  const all = createTable({ ...common, parse: spoken.parse });
  const beliefs = createTable({ ...common, parse: beliefItem.parse });
  const asked = createTable({ ...common, parse: askedItem.parse });
  const expiring = (atMs: number) => secondsOf(atMs) + KEEP_SECONDS;

  return {
    async keepUtterance(homeId, utterance) {
      const item = { ...utterance, homeId, item: `utterance#${utterance.utteranceId}`, kind: 'utterance' as const };
      const indexed = { ...item, atMs: utterance.saidAtMs, expiresAt: expiring(utterance.saidAtMs) };
      await all.put(indexed);
    },

    async keepEvent(homeId, event) {
      const item = { ...event, homeId, item: `event#${event.messageId}`, kind: 'event' as const };
      const indexed = { ...item, expiresAt: expiring(event.atMs) };
      const written = await all.put(indexed, { when: missing('homeId') });
      if (written.outcome === 'done') return 'new';
      await all.change({ homeId, item: item.item }, { add: { repeated: 1 } });
      return 'repeated';
    },

    async isFirst(homeId, what, atMs) {
      const change = { set: { expiresAt: expiring(atMs) } };
      const written = await asked.change({ homeId, item: `asked#${what}` }, change, { when: missing('homeId') });
      return written.outcome === 'done';
    },

    async newest(homeId, most) {
      const found: z.output<typeof spoken>[] = [];
      for await (const item of all.query(equal('homeId', homeId), { index: INDEX, descending: true, pageSize: most })) {
        if (found.push(item) === most) break;
      }
      return {
        utterances: found.filter((item) => item.kind === 'utterance'),
        events: found.filter((item) => item.kind === 'event'),
      };
    },

    async believe(homeId, { deviceId, atMs, ...rest }) {
      const change = { set: { ...rest, deviceId, believedAtMs: atMs, expiresAt: expiring(atMs) } };
      const when = or(missing('believedAtMs'), lessOrEqual('believedAtMs', atMs));
      await beliefs.change({ homeId, item: `${BELIEF}${deviceId}` }, change, { when });
    },

    async beliefs(homeId) {
      const found: Belief[] = [];
      const ofHome = and(equal('homeId', homeId), between('item', BELIEF, `${BELIEF}\uFFFF`));
      for await (const { homeId: _homeId, item: _item, believedAtMs, ...belief } of beliefs.query(ofHome, {
        consistent: true,
      })) {
        found.push({ ...belief, atMs: believedAtMs });
      }
      return found;
    },
  };
}
