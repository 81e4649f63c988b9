import { and, createTable, equal, exists, missing } from '@arcade/dynamodb';
import { type Session, session } from '@arcade/events/contracts/space-invaders';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SessionsTable } from '../domain/ports.ts';

/** The only partition: sessions are few, and their ids sort by time. */
const KIND = 'session';

const isOpen = missing('closedAtMs');

const keyOf = (sessionId: string) => ({ kind: KIND, sessionId });

/** All sessions, an item each; managers write them. */
export function createSessionsTable(client: DynamoDBDocumentClient, name: string): SessionsTable {
  const table = createTable<Session>({ client, name, key: ['kind', 'sessionId'], parse: session.parse });

  return {
    find: (sessionId) => table.get(keyOf(sessionId)),

    open: () => table.query(equal('kind', KIND), { consistent: true, filter: isOpen }),

    async call(sessionId, startsAtMs) {
      const when = and(equal('isSynchronized', true), missing('startsAtMs'), isOpen);
      const called = await table.update(keyOf(sessionId), { set: { startsAtMs } }, { when });
      return called.outcome === 'done'
        ? { isCalled: true, session: called.item }
        : { isCalled: false, session: called.current };
    },

    async close(sessionId, atMs) {
      const when = and(exists('sessionId'), isOpen);
      const closed = await table.update(keyOf(sessionId), { set: { closedAtMs: atMs } }, { when });
      return closed.outcome === 'done' ? closed.item : closed.current;
    },
  };
}
