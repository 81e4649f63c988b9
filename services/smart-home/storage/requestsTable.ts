import { and, createTable, equal, exists, less, missing, or } from '@arcade/dynamodb';
import { answerReady, command } from '@arcade/events/contracts/smart-home';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { DeviceRequest, RequestsTable } from '../domain/request.ts';

/**
 * How long a request is kept, in seconds. A minute after it whoever checks a device asks for it, and, should that fail, twice more in three
 * minutes; some have the customer's token in them, so that they go soon.
 */
const KEEP_SECONDS = 60 * 60;

const { directiveId: id, outcome, ...deferred } = answerReady.detail.shape;
const stored = z.object({
  ...deferred,
  requestId: id,
  command,
  correlationId: z.string(),
  token: z.optional(z.string()),
  status: z.enum(['PENDING', 'COMPLETED']),
  outcome: z.optional(outcome),
  toldAtMs: z.optional(z.number()),
  asked: z.optional(z.int()),
  /** Seconds since the epoch. */
  expiresAt: z.int(),
});
type Stored = z.output<typeof stored>;

const requestOf = ({ requestId: directiveId, expiresAt: _expiresAt, ...request }: Stored): DeviceRequest => ({
  directiveId,
  ...request,
});

const itemOf = ({ directiveId: requestId, ...request }: DeviceRequest): Stored => ({
  requestId,
  ...request,
  expiresAt: Math.floor(request.receivedAtMs / 1000) + KEEP_SECONDS,
});

/** What vendors were asked, an item for each directive. */
export function createRequestsTable(client: DynamoDBDocumentClient, name: string): RequestsTable {
  const table = createTable<Stored>({ client, name, key: ['requestId'], parse: stored.parse });

  return {
    async begin(request) {
      const written = await table.put(itemOf(request), { when: missing('requestId') });
      return written.outcome === 'refused' && written.current ? requestOf(written.current) : request;
    },

    async find(requestId) {
      const item = await table.get({ requestId });
      return item && requestOf(item);
    },

    async complete(requestId, outcome) {
      const change = { set: { status: 'COMPLETED', outcome } };
      const written = await table.update({ requestId }, change, { when: equal('status', 'PENDING') });
      const standing = written.outcome === 'done' ? written.item : written.current;
      return standing && requestOf(standing);
    },

    async told(requestId, toldAtMs) {
      await table.change({ requestId }, { set: { toldAtMs } }, { when: exists('requestId') });
    },

    async asked(requestId, asked) {
      const isLess = or(missing('asked'), less('asked', asked));
      await table.change({ requestId }, { set: { asked } }, { when: and(exists('requestId'), isLess) });
    },
  };
}
