import type { AnyEvent } from '@arcade/events';
import type { Happening } from '@arcade/events/contracts/lobby';
import { type Bag, withOneMore } from '../domain/bag.ts';
import type { Claim } from '../domain/claims.ts';
import type { Feed, Hall, Herald, Hunters } from '../domain/ports.ts';

/** 2030-01-01T00:00:00Z: when the events that tests build have happened. */
export const NOW_MS = Date.parse('2030-01-01T00:00:00Z');

/** A feed in memory, by its happenings' ids. */
export function feedInMemory() {
  const kept = new Map<string, Happening>();
  const feed: Pick<Feed, 'add'> = {
    async add(happening) {
      if (kept.has(happening.happeningId)) return 'there';
      kept.set(happening.happeningId, happening);
      return 'added';
    },
  };
  return { feed, kept };
}

/** A hall of fame in memory, with the condition that the table's has. */
export function hallInMemory() {
  const records = new Map<string, Claim>();
  const hall: Pick<Hall, 'claim'> = {
    async claim(claim) {
      const { rank } = records.get(claim.discipline) ?? {};
      if (rank === claim.rank) return 'standing';
      if (rank !== undefined && rank > claim.rank) return 'missed';
      records.set(claim.discipline, claim);
      return 'set';
    },
  };
  return { hall, records };
}

export function huntersInMemory(): Hunters {
  const [totals, attempts] = [new Map<string, Bag>(), new Map<string, Bag>()];
  return {
    async count(capture) {
      const { player, attemptId } = capture.detail;
      const known = attempts.get(`${player} ${attemptId}`);
      if (known) return known;
      const bag = withOneMore(totals.get(player), capture);
      totals.set(player, bag);
      attempts.set(`${player} ${attemptId}`, bag);
      return bag;
    },
  };
}

/** A room in which one is listening. */
export function roomOfOne() {
  const heard: AnyEvent[] = [];
  const tellAll: Herald = async (event) => {
    heard.push(event);
    return { sent: 1, gone: 0 };
  };
  return { heard, tellAll };
}
