import type { Session } from '@arcade/events/contracts/space-invaders';
import type { Held, Seating, SeatsTable, SessionParameter, SessionsTable } from '../domain/ports.ts';

/** A player's item in the room. */
export interface Item extends Seating {
  name: string;
  isBot: boolean;
  seenAtMs: number;
  freedAtMs?: number;
}

/** The tables in memory. `step` comes before and after each request: there a test lets others go first, or has whoever asks die. */
export function roomOf(sessions: readonly Session[], step: () => Promise<void> = async () => {}) {
  const items = new Map<string, Item>();
  const taken = new Map<string, number>();
  const atCounter = new Set<string>();
  const kept = new Map(sessions.map((session) => [session.sessionId, session]));
  const settled = new Map<string, number | 'all'>();
  let parameter: Session | 'malformed' | undefined;
  const keyOf = ({ player, sessionId }: { player: string; sessionId: string }) => `${player} ${sessionId}`;
  const add = (block: string, count: number) => taken.set(block, (taken.get(block) ?? 0) + count);

  /** A request, which is carried out at one moment between its two steps. */
  const asked = async <Answer>(carryOut: () => Answer): Promise<Answer> => {
    await step();
    const answer = carryOut();
    await step();
    return answer;
  };
  const change = (sessionId: string, by: (session: Session) => Session | undefined) =>
    asked(() => {
      const session = kept.get(sessionId);
      const changed = session && by(session);
      if (changed) kept.set(sessionId, changed);
      return { isChanged: changed !== undefined, session: changed ?? session };
    });

  return {
    items,
    taken,
    sessions: kept,
    settled,
    /** What the parameter says. */
    told: () => parameter,
    /** Somebody writes something into it that is no session. */
    spoil() {
      parameter = 'malformed';
    },
    seated: () => [...items.values()].filter(({ seatBlock }) => seatBlock !== undefined),
    seatsTable: {
      find: (whose) => asked(() => items.get(keyOf(whose))),
      firstFree: (blocks) => asked(() => [...blocks].find(({ block, capacity }) => (taken.get(block) ?? 0) < capacity)),
      async take({ atMs, ...seat }, { block, capacity }) {
        await step();
        // A transaction that finds another at one of its items is cancelled.
        if (atCounter.has(block)) return 'busy';
        atCounter.add(block);
        try {
          await step();
          const known = items.get(keyOf(seat));
          if (known?.seatBlock !== undefined) return 'held';
          if ((taken.get(block) ?? 0) >= capacity) return 'full';
          const { freedAtMs: _, ...rest } = known ?? {};
          items.set(keyOf(seat), { ...rest, ...seat, seatedAtMs: atMs, seenAtMs: atMs, seatBlock: block });
          add(block, 1);
        } finally {
          atCounter.delete(block);
        }
        await step();
        return 'taken';
      },
      see: (held, atMs) =>
        asked(() => {
          const item = items.get(keyOf(held));
          if (item?.seatBlock !== held.seatBlock) return 'lost';
          items.set(keyOf(held), { ...item, seenAtMs: atMs });
          return 'seen';
        }),
      free: (held, atMs, unseenSinceMs = Number.POSITIVE_INFINITY) =>
        asked(() => {
          const item = items.get(keyOf(held));
          if (item?.seatBlock !== held.seatBlock || item.seenAtMs > unseenSinceMs) return 'kept';
          const { seatBlock: _, ...rest } = item;
          items.set(keyOf(held), { ...rest, freedAtMs: atMs });
          add(held.seatBlock, -1);
          return 'freed';
        }),
      heldBy: (player) =>
        asked(() => [...items.values()].filter((one) => one.player === player && isHeld(one)) as Held[]),
      async *maybeIdle(block) {
        // The index knows no exact times, and not the latest ones.
        yield* [...items.values()].filter((one): one is Item & Held => one.seatBlock === block);
      },
    } satisfies SeatsTable,
    sessionsTable: {
      find: (sessionId) => asked(() => kept.get(sessionId)),
      async *unsettled() {
        for (const session of kept.values()) {
          const blocks = settled.get(session.sessionId) ?? 0;
          if (blocks !== 'all') yield { ...session, settledBlocks: blocks };
        }
      },
      settle: (sessionId, blocks) => asked(() => void settled.set(sessionId, blocks)),
      async call(sessionId, startsAtMs) {
        const { isChanged, session } = await change(sessionId, (one) =>
          one.isSynchronized && one.startsAtMs === undefined && one.closedAtMs === undefined
            ? { ...one, startsAtMs }
            : undefined,
        );
        return { isCalled: isChanged, session };
      },
      close: async (sessionId, closedAtMs) =>
        (await change(sessionId, (one) => (one.closedAtMs === undefined ? { ...one, closedAtMs } : undefined))).session,
    } satisfies SessionsTable,
    parameter: {
      read: () => asked(() => parameter),
      write: (session) =>
        asked(() => {
          parameter = session;
        }),
    } satisfies SessionParameter,
  };
}

const isHeld = ({ seatBlock }: Seating) => seatBlock !== undefined;
