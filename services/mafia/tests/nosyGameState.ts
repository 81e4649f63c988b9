import { createDocumentClient } from '@arcade/dynamodb';
import { createGamesTable } from '../storage/gamesTable.ts';

/** `gameState` as it must not be: it reads the table, secrets and all. For the test that shows that its role forbids it. */
export const handler = ({ gameId }: { gameId: string }) =>
  createGamesTable(createDocumentClient(), process.env.GAMES_TABLE ?? '').load(gameId, Date.now());
