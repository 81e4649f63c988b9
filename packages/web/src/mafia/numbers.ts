export const PLAYERS = { least: 3, most: 32, usual: 8 } as const;
export const USUAL_MAFIA = 3;

/** Fewer than half of the players. */
export const mostMafia = (players: number): number => Math.ceil(players / 2) - 1;

/** The numbers of a new game as they stand in their fields, or what is wrong with them. What is typed is never changed. */
export function numbersIn(
  players: string,
  mafia: string,
): { players: number; mafia: number; problem?: never } | { problem: string; mafia?: never } {
  const seats = wholeNumber(players);
  if (seats === undefined || seats < PLAYERS.least || seats > PLAYERS.most) {
    return { problem: `From ${PLAYERS.least} to ${PLAYERS.most} can play.` };
  }
  const most = mostMafia(seats);
  const secret = wholeNumber(mafia);
  if (secret === undefined || secret < 1) return { problem: 'At least one must be mafia.' };
  if (secret > most) return { problem: `Fewer than half can be mafia: of ${seats} players at most ${most}.` };
  return { players: seats, mafia: secret };
}

/** How many seats can be drawn of what stands in the players' field: what cannot be played as well, but no more than there is room for. */
export const seatsIn = (players: string): number => Math.min(wholeNumber(players) ?? 0, PLAYERS.most);

const wholeNumber = (text: string): number | undefined => (/^\d{1,3}$/.test(text.trim()) ? Number(text) : undefined);
