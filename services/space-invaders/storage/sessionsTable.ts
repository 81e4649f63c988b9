import { and, createTable, equal, exists, MalformedItemError, missing } from '@arcade/dynamodb';
import { type Session, session } from '@arcade/events/contracts/space-invaders';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { SessionsTable, Unsettled } from '../domain/ports.ts';

/** The only partition: sessions are few, and their ids sort by time. */
const KIND = 'session';

/**
 * Whoever opens a session marks it, and the mark goes when nothing is left to be done for it: the index `Unsettled` has those alone, however
 * many there were. An open session that is not marked is none, for nobody: so that there is never one in which people play, and which
 * the index does not have.
 */
const marked = z
  .object({ closedAtMs: z.optional(z.number()), unsettled: z.optional(z.literal(KIND)) })
  .check(
    z.refine(({ closedAtMs, unsettled }) => closedAtMs !== undefined || unsettled !== undefined, 'it is not marked'),
  );

function parse(raw: unknown): Session {
  marked.parse(raw);
  return session.parse(raw);
}

const settledBlocks = z.object({ settledBlocks: z._default(z.int(), 0) });

const isOpen = missing('closedAtMs');

const keyOf = (sessionId: string) => ({ kind: KIND, sessionId });

/**
 * All sessions, an item each. Managers' pages write them, so that anything may stand there: what is no session is none, and `warn` is told of
 * which item. All others go on.
 */
export function createSessionsTable(
  client: DynamoDBDocumentClient,
  name: string,
  warn: (message: string, error: Error) => void,
): SessionsTable {
  const table = createTable<Session>({ client, name, key: ['kind', 'sessionId'], parse });
  const unsettled = createTable<Unsettled>({
    ...{ client, name, key: ['kind', 'sessionId'] },
    parse: (raw) => ({ ...parse(raw), ...settledBlocks.parse(raw) }),
  });
  const onMalformed = (error: MalformedItemError) => warn('an item is taken for no session', error);
  const unlessMalformed = async <Answer>(answer: Promise<Answer>): Promise<Answer | undefined> => {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof MalformedItemError)) throw error;
      onMalformed(error);
      return undefined;
    }
  };

  return {
    find: (sessionId) => unlessMalformed(table.get(keyOf(sessionId))),

    unsettled: () => unsettled.query(equal('unsettled', KIND), { index: 'Unsettled', onMalformed }),

    async call(sessionId, startsAtMs) {
      const when = and(equal('isSynchronized', true), missing('startsAtMs'), isOpen);
      const called = await unlessMalformed(table.update(keyOf(sessionId), { set: { startsAtMs } }, { when }));
      return called?.outcome === 'done'
        ? { isCalled: true, session: called.item }
        : { isCalled: false, session: called?.current };
    },

    async close(sessionId, atMs) {
      const when = and(exists('sessionId'), isOpen);
      const closed = await unlessMalformed(table.update(keyOf(sessionId), { set: { closedAtMs: atMs } }, { when }));
      return closed?.outcome === 'done' ? closed.item : closed?.current;
    },

    async settle(sessionId, blocks) {
      const change = blocks === 'all' ? { remove: ['unsettled', 'settledBlocks'] } : { set: { settledBlocks: blocks } };
      await unlessMalformed(table.change(keyOf(sessionId), change, { when: exists('closedAtMs') }));
    },
  };
}
