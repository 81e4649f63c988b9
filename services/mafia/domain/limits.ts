/** How many may sit at the table. */
export const LIMITS = { minPlayers: 3, maxPlayers: 32 } as const;

/** With half of the players the mafia would have won before the game begins. */
export const areTooManyMafia = (mafia: number, players: number): boolean => mafia * 2 >= players;

/** The most mafia that so many players can have. */
export const mostMafia = (players: number): number => Math.ceil(players / 2) - 1;
