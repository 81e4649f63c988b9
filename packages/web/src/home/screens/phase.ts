import { isText } from '../../lib/fields.ts';
import type { Happening } from '../lobby.ts';

/** What the feed has told of a game, the newest first. */
const toldOf = (gameId: string, happenings: readonly Happening[]): Happening[] =>
  happenings.filter(({ cabinet, facts }) => cabinet === 'mafia' && facts.gameId === gameId);

/** Whether it is night or day in a game: somebody who was killed is found by day, and a sentence ends it. */
export function phaseOf(gameId: string, happenings: readonly Happening[]): 'night' | 'day' | 'over' {
  const [newest] = toldOf(gameId, happenings);
  if (newest?.about === 'mafia.game_ended') return 'over';
  return newest?.about === 'mafia.player_killed' ? 'day' : 'night';
}

/** The name of the town that plays it; undefined while nobody has told. */
export function townIn(gameId: string, happenings: readonly Happening[]): string | undefined {
  const told = toldOf(gameId, happenings).find(({ facts }) => isText(facts.town));
  return told && String(told.facts.town);
}
