/** How many may sit at the table. */
export const LIMITS = { minPlayers: 3, maxPlayers: 32 } as const;
