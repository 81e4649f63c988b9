import type { CabinetId, Discipline } from './lobby.ts';

/** How long ago, in as few letters as there are: "now", "42 s", "3 min", "2 h", "5 d". Both in milliseconds since the epoch. */
export function ago(atMs: number, nowMs: number): string {
  const seconds = Math.floor((nowMs - atMs) / 1_000);
  if (seconds < 5) return 'now';
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** What a record is in, and in what it is counted, one and many. */
export const RECORDS: Readonly<Record<Discipline, { title: string; cabinet: string; one: string; many: string }>> = {
  'longest-rally': { title: 'Longest rally', cabinet: 'ping-pong', one: 'stroke', many: 'strokes' },
  'best-score': { title: 'Best score', cabinet: 'space-invaders', one: 'point', many: 'points' },
  'best-hunter': { title: 'Best hunter', cabinet: 'fakemon', one: 'fakémon', many: 'fakémon' },
  'shrewdest-town': { title: 'Shrewdest town', cabinet: 'mafia', one: 'day', many: 'days' },
};

/** What each of the cabinets is about, in a line that fits its coin door. */
export const ABOUT: Readonly<Record<CabinetId, string>> = {
  'ping-pong': 'Two functions, one ball',
  mafia: 'Secrets that stay secret',
  fakemon: 'One throw wins',
  'space-invaders': 'A stream of hundreds',
  'smart-home': 'Ask, wait, or guess',
};
