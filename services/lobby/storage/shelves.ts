/** Where each kind of item is in the lobby's table: its partition. */
export const SHELVES = {
  feed: 'feed',
  hall: 'hall',
  /** A hunter's own: what was counted of them, and how much it is. Players' ids are text that a token has said. */
  hunter: (player: string) => `hunter#${player}`,
} as const;

/** The names of the table's key. */
export const KEY = ['shelf', 'id'] as const;
