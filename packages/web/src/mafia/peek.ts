import { callApi } from '../lib/api.ts';
import type { Game } from './gameView.ts';

/** What was asked of the index, and what it said. */
export interface Peeked {
  path: string;
  game: Game;
  tookMs: number;
}

/** Asks for the game by the second route, which has a mapping template of its own: another way to the same index. */
export async function peek(gameId: string): Promise<Peeked> {
  const path = `/games/${gameId}/state`;
  const beganMs = performance.now();
  const game = await callApi<Game>('mafia', path);
  return { path, game, tookMs: Math.round(performance.now() - beganMs) };
}

/** A line of the answer. Where one would look for the secret there is a bar. */
export interface PeekLine {
  text: string;
  /** After `text`: a bar, then the end of the line. */
  barThen?: string;
}

/** The answer as JSON, a line for each player; the story only by its length. The bars are the page's: the answer has no such field. */
export function linesOf({ players, story, ...rest }: Game): PeekLine[] {
  const fields = Object.entries(rest).map(([name, value]) => ({
    text: `  ${JSON.stringify(name)}: ${JSON.stringify(value)},`,
  }));
  const seats = players.map(({ name, identity }, index) => ({
    text: `    { "name": ${JSON.stringify(name)}, "identity": ${JSON.stringify(identity)}, "TrueIdentity": `,
    barThen: index < players.length - 1 ? ' },' : ' }',
  }));
  return [
    { text: '{' },
    ...fields,
    { text: '  "players": [' },
    ...seats,
    { text: '  ],' },
    { text: `  "story": [ ${story.length} turns ]` },
    { text: '}' },
  ];
}
