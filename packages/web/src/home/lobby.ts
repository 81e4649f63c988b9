import { type Fields, fieldsOf, isCount, isText, listed } from '../lib/fields.ts';
import { look } from '../lib/look.ts';

/** Whose happenings are told: the scenarios, by their ids. */
export type CabinetId = 'ping-pong' | 'mafia' | 'fakemon' | 'space-invaders' | 'smart-home';

const CABINETS: readonly unknown[] = [
  'ping-pong',
  'mafia',
  'fakemon',
  'space-invaders',
  'smart-home',
] satisfies CabinetId[];

/** Something that has happened in one of the cabinets, as a sentence. */
export interface Happening {
  id: string;
  cabinet: CabinetId;
  /** The type of the event that it tells of. */
  about: string;
  sentence: string;
  /** Milliseconds since the epoch, by the services' clocks. */
  atMs: number;
  /** The correlation id of the chain that the event is of. */
  chain: string;
  facts: Fields;
}

/** What there are records in, in the order of the hall of fame. */
export const DISCIPLINES = ['longest-rally', 'best-score', 'best-hunter', 'shrewdest-town'] as const;
export type Discipline = (typeof DISCIPLINES)[number];

/** A record. */
export interface Fame {
  discipline: Discipline;
  value: number;
  holder: string;
  atMs: number;
}

/** What the service tells over the socket, as far as the page knows it. */
export type Told = { type: 'happened'; happening: Happening } | { type: 'record'; fame: Fame };

function happeningIn(value: unknown): Happening | undefined {
  const { happeningId, cabinet, about, sentence, atMs, chain, facts } = fieldsOf(value);
  if (!isText(happeningId) || !CABINETS.includes(cabinet) || !isText(sentence) || !isCount(atMs)) return undefined;
  return {
    ...{ id: happeningId, cabinet: cabinet as CabinetId, sentence, atMs },
    ...{ about: isText(about) ? about : '', chain: isText(chain) ? chain : '', facts: fieldsOf(facts) },
  };
}

function fameIn(value: unknown): Fame | undefined {
  const { discipline, value: reached, holder, atMs } = fieldsOf(value);
  const known = DISCIPLINES.find((one) => one === discipline);
  if (!known || !isCount(reached) || !isText(holder) || !isCount(atMs)) return undefined;
  return { discipline: known, value: reached, holder, atMs };
}

/** What a message of the socket says; undefined for what the page does not know. */
export function messageIn(data: unknown): Told | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const { type, detail } = fieldsOf(JSON.parse(data));
    const happening = type === 'lobby.happened' ? happeningIn(detail) : undefined;
    if (happening) return { type: 'happened', happening };
    const fame = type === 'lobby.record_set' ? fameIn(detail) : undefined;
    return fame && { type: 'record', fame };
  } catch {
    return undefined;
  }
}

/** So many happenings are kept: a rally tells of itself every few seconds, and a town is not to be forgotten over that. */
export const MOST_KEPT = 200;

/** All that is known of the lobby. */
export interface Lobby {
  /** The newest first, each once. */
  happenings: readonly Happening[];
  records: Readonly<Partial<Record<Discipline, Fame>>>;
}

export const nothingHappened: Lobby = { happenings: [], records: {} };

/** What is known after more was told, in whatever order and however often: the feed's order is that of what happened. */
export function withHappenings(lobby: Lobby, told: readonly Happening[]): Lobby {
  const all = new Map([...lobby.happenings, ...told].map((happening) => [happening.id, happening]));
  if (all.size === lobby.happenings.length) return lobby;
  const newest = [...all.values()].sort((one, other) => other.atMs - one.atMs || (one.id < other.id ? -1 : 1));
  return { ...lobby, happenings: newest.slice(0, MOST_KEPT) };
}

/** Of days the fewest are best, of all else the most. */
const isBetter = (one: Fame, other: Fame): boolean =>
  one.discipline === 'shrewdest-town' ? one.value < other.value : one.value > other.value;

/** The same with records, of which the better one stays: an answer may be older than what a message has told. */
export function withRecords(lobby: Lobby, told: readonly Fame[]): Lobby {
  const better = told.filter((fame) => {
    const known = lobby.records[fame.discipline];
    return known === undefined || isBetter(fame, known);
  });
  if (better.length === 0) return lobby;
  return {
    ...lobby,
    records: { ...lobby.records, ...Object.fromEntries(better.map((fame) => [fame.discipline, fame])) },
  };
}

/** The newest happenings and all records. Throws `Problem`. */
export async function askLobby(signal: AbortSignal): Promise<{ happenings: Happening[]; records: Fame[] }> {
  const [feed, hall] = await Promise.all([
    look<Fields>('lobby', `/feed?limit=${MOST_KEPT}`, signal),
    look<Fields>('lobby', '/hall-of-fame', signal),
  ]);
  return { happenings: listed(feed.happenings, happeningIn), records: listed(hall.records, fameIn) };
}
