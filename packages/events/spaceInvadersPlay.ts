/** What the game can give: players' pages play by it, and statuses are judged by it. Apart from the contracts, for pages have no zod. */
export const PLAY = {
  lives: 3,
  /** For each invader that is hit. */
  points: 5,
  /** So many are hit before the next level begins: five ranks of ten. */
  invaders: 50,
  /** Times the level that is done. */
  levelBonus: 50,
  rocketsPerSecond: 2,
  /** On their way at once, at the most: so many may still hit when no other is fired. */
  rocketsInFlight: 5,
} as const;

/** How many seats a session may have: as many as the largest for which it is worked out what it asks of AWS (docs/decisions/board.md). */
export const MOST_SEATS = 2_000_000;
