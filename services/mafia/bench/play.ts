import type { Answer } from '../domain/answer.ts';

/** A game that was played to its end, and how long its turns took, in milliseconds. */
export interface PlayedGame {
  start: Answer;
  turns: (Answer & { played: NonNullable<Answer['turn']> })[];
  turnMs: number[];
}

async function post(url: string, body: object, expected: number): Promise<Answer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.status !== expected) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

/** Plays a game over HTTP, sentencing whoever is accused most. */
async function playGame(apiUrl: string): Promise<PlayedGame> {
  const start = await post(`${apiUrl}/games`, {}, 201);
  const game: PlayedGame = { start, turns: [], turnMs: [] };
  for (let state = start; !state.outcome; ) {
    const { turn: played = 'night', mostAccused = [] } = state;
    const sentMs = performance.now();
    const body = played === 'judgement' ? { name: mostAccused[0] } : {};
    state = await post(`${apiUrl}/games/${start.gameId}/${played}`, body, 200);
    game.turnMs.push(performance.now() - sentMs);
    game.turns.push({ ...state, played });
  }
  return game;
}

/** `clients` at once play `gamesEach` games, one after the other. */
export async function playAll(apiUrl: string, clients: number, gamesEach: number): Promise<PlayedGame[]> {
  const games: PlayedGame[] = [];
  const client = async () => {
    for (let game = 0; game < gamesEach; game += 1) games.push(await playGame(apiUrl));
  };
  await Promise.all(Array.from({ length: clients }, client));
  return games;
}
