import type { BoardRow, ManagerPorts, Start, StreamRecord } from '../src/space-invaders/manager/ports.ts';
import type { GameSession } from '../src/space-invaders/session.ts';

/** Table and parameter of sessions in memory. What is done with them is noted in order. */
export function sessionStore(...sessions: GameSession[]) {
  const table = new Map(sessions.map((session) => [session.sessionId, session]));
  const done: string[] = [];
  const store = {
    done,
    told: sessions.at(-1),
    /** Set to what the next call of that name throws, once. */
    failing: undefined as string | undefined,
    /** Called after each call, to let others in between. */
    after: async (_call: string): Promise<void> => {},
    in: (sessionId: string) => table.get(sessionId),
    put: (session: GameSession) => void table.set(session.sessionId, session),
  };
  const call = async <Answer>(name: string, run: () => Answer): Promise<Answer> => {
    if (store.failing === name) {
      store.failing = undefined;
      throw new Error(`${name} has failed`);
    }
    done.push(name);
    const answer = run();
    await store.after(name);
    return answer;
  };
  const ports: Pick<ManagerPorts, 'parameter' | 'sessions'> = {
    parameter: {
      read: () => call('parameter.read', () => store.told),
      write: (session) =>
        call('parameter.write', () => {
          store.told = session;
        }),
    },
    sessions: {
      add: (session) =>
        call('sessions.add', () => {
          if (table.has(session.sessionId)) return false;
          table.set(session.sessionId, session);
          return true;
        }),
      close: (sessionId, closedAtMs) =>
        call('sessions.close', () => {
          const session = table.get(sessionId);
          if (!session) return undefined;
          const closed = { ...session, closedAtMs: session.closedAtMs ?? closedAtMs };
          table.set(sessionId, closed);
          return closed;
        }),
      list: ({ limit }) =>
        call('sessions.list', () => {
          const all = [...table.values()].toSorted((one, other) => (one.sessionId < other.sessionId ? 1 : -1));
          return { entries: all.slice(0, limit), next: undefined };
        }),
    },
  };
  return { ...ports, store };
}

/** A stream in memory: shards that take records, end and have children. */
export function fakeStream() {
  const shards = new Map<string, { parents: string[]; isOpen: boolean; records: StreamRecord[] }>();
  const iterators = new Map<string, { shardId: string; at: number }>();
  const starts: [shardId: string, start: Start][] = [];
  const failing = new Map<string, string>();
  let made = 0;
  let sequence = 0;
  const fail = (shardId: string) => {
    const code = failing.get(shardId);
    failing.delete(shardId);
    if (code !== undefined) throw Object.assign(new Error(code), { name: code });
  };
  const stream: ManagerPorts['stream'] = {
    shards: async () => [...shards].map(([shardId, { parents, isOpen }]) => ({ shardId, parents, isOpen })),
    async iterator(shardId, start) {
      starts.push([shardId, start]);
      const { records } = shards.get(shardId) ?? { records: [] };
      const at = {
        latest: () => records.length,
        oldest: () => 0,
        after: () =>
          records.findIndex(
            ({ sequenceNumber }) => 'sequenceNumber' in start && sequenceNumber === start.sequenceNumber,
          ) + 1,
        time: () => records.findIndex(({ arrivedAtMs }) => 'atMs' in start && arrivedAtMs >= start.atMs),
      }[start.from]();
      made += 1;
      iterators.set(`i${made}`, { shardId, at: at < 0 ? records.length : at });
      return `i${made}`;
    },
    async records(iterator) {
      const { shardId, at } = iterators.get(iterator) ?? { shardId: '', at: 0 };
      fail(shardId);
      if (!iterators.delete(iterator))
        throw Object.assign(new Error('read twice'), { name: 'ExpiredIteratorException' });
      const { records, isOpen } = shards.get(shardId) ?? { records: [], isOpen: false };
      made += 1;
      iterators.set(`i${made}`, { shardId, at: records.length });
      return { records: records.slice(at), next: isOpen ? `i${made}` : undefined };
    },
  };
  return {
    stream,
    starts,
    /** The next read of the shard fails with this code. */
    fail: (shardId: string, code: string) => void failing.set(shardId, code),
    open: (shardId: string, ...parents: string[]) => void shards.set(shardId, { parents, isOpen: true, records: [] }),
    end(shardId: string) {
      const shard = shards.get(shardId);
      if (shard) shard.isOpen = false;
    },
    put(shardId: string, arrivedAtMs = 0, said: unknown = undefined): string {
      sequence += 1;
      const data = new TextEncoder().encode(JSON.stringify(said));
      shards.get(shardId)?.records.push({ sequenceNumber: String(sequence), data, arrivedAtMs });
      return String(sequence);
    },
  };
}

/** A row of the board, whose newest status was sent at 1,000, taken at 1,020 and written at 1,600. */
export const rowOf = (player: string, overrides: Partial<BoardRow> = {}): BoardRow => ({
  ...{ player, name: player, isBot: false, trial: 1, score: 10, lives: 3, shots: 2, level: 1 },
  latest: { trial: 1, sequence: 1, sentAtMs: 1_000, arrivedAtMs: 1_020, writtenAtMs: 1_600 },
  ...overrides,
});
