/** A status that a bot has sent. */
export interface Sent {
  trial: number;
  sequence: number;
  score: number;
  lives: number;
  /** In milliseconds since the epoch. */
  sentAtMs: number;
  /** From the request to its answer, in milliseconds. */
  tookMs: number;
  /** Of the answer; 0: there was none. */
  status: number;
}

/** A row of the top ten, when it was first seen so; `left`: the player is not among them any more. */
export type Shown = { name: string; seenAtMs: number } & (
  | { left: true }
  | {
      left?: false;
      trial: number;
      /** When the newest status that it knows of had reached the gateway. */
      arrivedAtMs: number;
    }
);

/** What a bot has to tell. */
export interface BotLog {
  /** The `sub` of its account. */
  player: string;
  name: string;
  sent: Sent[];
  /** When it began, and when it was to. */
  startedAtMs: number;
  startsAtMs: number;
}

/** A status, with how long it took from the POST's answer until a query showed it, or a newer one of the player. */
export interface Aged {
  answeredAtMs: number;
  ageMs: number;
}

export const isTaken = ({ status }: Sent): boolean => status >= 200 && status < 300;
export const answeredAtMs = ({ sentAtMs, tookMs }: Sent): number => sentAtMs + tookMs;

/** The value below which that part of the values is; NaN for none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

/** Turns answers of the board into what they show for the first time. */
export function createWatcher() {
  const shown: Shown[] = [];
  let top = new Map<string, BoardRow>();
  return {
    shown,
    see(rows: readonly BoardRow[], seenAtMs: number): void {
      for (const row of rows) {
        const { name, trial, arrivedAtMs } = row;
        const before = top.get(name);
        if (before?.trial !== trial || before.arrivedAtMs < arrivedAtMs)
          shown.push({ name, trial, arrivedAtMs, seenAtMs });
      }
      const now = new Map(rows.map((row) => [row.name, row]));
      for (const name of top.keys()) if (!now.has(name)) shown.push({ name, seenAtMs, left: true });
      top = now;
    },
  };
}

/** A row of the board, as far as it is looked at. */
export interface BoardRow {
  name: string;
  trial: number;
  arrivedAtMs: number;
}

/**
 * How old the board was: of each status that was taken, the time from its answer until a query showed it or a newer one of the same trial.
 * A trial's statuses count from its second sight among the top ten on: of what was not there before, the rank decided when it was seen.
 */
export function agesOf(logs: readonly BotLog[], shown: readonly Shown[]): Aged[] {
  const sentBy = new Map(logs.map(({ name, sent }) => [name, sent.filter(isTaken)]));
  const inOrder = shown.toSorted((one, other) => one.seenAtMs - other.seenAtMs);
  return [...Map.groupBy(inOrder, ({ name }) => name)].flatMap(([name, rows]) =>
    agesOfOne(sentBy.get(name) ?? [], rows),
  );
}

function agesOfOne(taken: readonly Sent[], rows: readonly Shown[]): Aged[] {
  const ages: Aged[] = [];
  let known: { trial: number; end: number } | undefined;
  for (const row of rows) {
    if (row.left) {
      known = undefined;
      continue;
    }
    const { trial, arrivedAtMs, seenAtMs } = row;
    const ofTrial = taken.filter((one) => one.trial === trial);
    const end = ofTrial.findLastIndex(({ sentAtMs }) => sentAtMs <= arrivedAtMs) + 1;
    const from = known?.trial === trial ? known.end : end;
    for (const status of ofTrial.slice(from, end))
      ages.push({ answeredAtMs: answeredAtMs(status), ageMs: seenAtMs - answeredAtMs(status) });
    known = { trial, end: Math.max(from, end) };
  }
  return ages;
}

/** What was found in the archive, against what the bots have sent. */
export interface ArchiveCheck {
  taken: number;
  /** Different statuses that the archive has. */
  archived: number;
  /** Taken, and not in the archive. */
  lost: string[];
  /** How many the archive has more than once, beyond the first of each. */
  doubled: number;
  /** In the archive, though nobody was told that it was taken: the answer was lost. */
  unanswered: number;
  /** In the archive, and sent by nobody. */
  strange: string[];
}

export const idOf = (player: string, sessionId: string, { trial, sequence }: Pick<Sent, 'trial' | 'sequence'>) =>
  `${player}.${sessionId}.${trial}.${sequence}`;

/** Holds the archive's ids against the bots' own logs. */
export function checkArchive(logs: readonly BotLog[], sessionId: string, archived: Iterable<string>): ArchiveCheck {
  const sent = new Map(logs.flatMap(({ player, sent }) => sent.map((one) => [idOf(player, sessionId, one), one])));
  const counts = new Map<string, number>();
  for (const id of archived) counts.set(id, (counts.get(id) ?? 0) + 1);
  const taken = [...sent].filter(([, one]) => isTaken(one)).map(([id]) => id);
  const found = [...counts.keys()];
  return {
    taken: taken.length,
    archived: counts.size,
    lost: taken.filter((id) => !counts.has(id)),
    doubled: [...counts.values()].reduce((sum, count) => sum + count - 1, 0),
    unanswered: found.filter((id) => sent.has(id) && !isTaken(sent.get(id) as Sent)).length,
    strange: found.filter((id) => !sent.has(id)),
  };
}

/** What the table of players knows of one of them. */
export interface Known {
  player: string;
  trial: number;
  sequence: number;
}

/** The players of whom the table does not know the newest status that was taken, or a newer one that got no answer. */
export function behindOf(logs: readonly BotLog[], known: readonly Known[]): string[] {
  const byPlayer = new Map(known.map((one) => [one.player, one]));
  return logs
    .filter(({ player, sent }) => {
      const newest = sent.findLast(isTaken);
      const there = byPlayer.get(player);
      if (!newest) return false;
      return !there || there.trial < newest.trial || (there.trial === newest.trial && there.sequence < newest.sequence);
    })
    .map(({ name }) => name);
}

/** The largest difference between the bots' starts, in milliseconds. */
export function spreadOf(logs: readonly Pick<BotLog, 'startedAtMs'>[]): number {
  const starts = logs.map(({ startedAtMs }) => startedAtMs);
  return Math.max(...starts) - Math.min(...starts);
}
