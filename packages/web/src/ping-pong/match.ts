export type Player = 'ping' | 'pong';
export type Tally = Record<Player, number>;

/** What `GET /match` answers. Times are ISO 8601. */
export interface Match {
  game: number;
  score: Tally;
  games: Tally;
  /** Who serves the rally in play, or the next one. */
  server: Player;
  rally: {
    number: number;
    inPlay: boolean;
    strokes: number;
    /** Oldest first. */
    recentStrokes: { stroke: number; by: Player; at: string }[];
  };
  /** Oldest first. */
  lastPoints: { rally: number; strokes: number; winner: Player; game: number; score: Tally; at: string }[];
}

export const OPPONENT: Readonly<Record<Player, Player>> = { ping: 'pong', pong: 'ping' };

export const isPlayer = (value: unknown): value is Player => value === 'ping' || value === 'pong';

/** "1 stroke", "2 strokes". */
export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** Whose function an ARN is; undefined for any other. */
export function playerOf(arn: string | undefined): Player | undefined {
  const [, name] = /:function:ping-pong-.*-(\w+)$/.exec(arn ?? '') ?? [];
  return isPlayer(name) ? name : undefined;
}
