import { setTimeout as wait } from 'node:timers/promises';
import { apiOf } from '@arcade/local-aws/testkit';
import { describe, expect, it } from '@jest/globals';
import { livingIn, type Reply } from './table.ts';

/** Functions that have not run yet take their time to start, on a laptop as on AWS. */
const GAME_MS = 120_000;
/** How long the index may lag behind the table. */
const INDEX_LAG_MS = 30_000;

/** Set by scripts/jest.ts, for the arcade that it has started or for a deployed stage. */
function apiUrl(): string {
  const address = process.env.ARCADE_MAFIA_URL;
  if (!address) throw new Error('ARCADE_MAFIA_URL is not set: run this with npm run test:system');
  return address;
}

/** A deployed stage is not asked a hundred times a second for that. */
const BETWEEN_LOOKS_MS = 250;

/** Asks until `isThere`, for what an index shows: it may lag. */
async function eventually<Value>(ask: () => Promise<Value>, isThere: (value: Value) => boolean): Promise<Value> {
  for (const endMs = Date.now() + INDEX_LAG_MS; ; ) {
    const value = await ask();
    if (isThere(value) || Date.now() > endMs) return value;
    await wait(BETWEEN_LOOKS_MS);
  }
}

describe('the running service', () => {
  it(
    'plays a whole game over HTTP, shows it, lists it, and answers what comes again as before',
    async () => {
      const request = apiOf(apiUrl());
      const key = `system-test-${crypto.randomUUID()}`;
      const post = (path: string, body: object, turn: string) =>
        request('POST', path, body, { 'idempotency-key': `${key}-${turn}` });

      const started = await post('/games', { players: 5, mafia: 2 }, 'start');
      expect(started.status).toBe(201);
      const { gameId } = started.body;

      let state: Reply = started.body;
      while (!state.outcome) {
        const body = state.turn === 'judgement' ? { name: livingIn(state)[0] } : {};
        const turn = () => post(`/games/${gameId}/${state.turn}`, body, String(state.turnsPlayed));
        const [played, again] = [await turn(), await turn()];
        expect([played.status, again.body]).toEqual([200, played.body]);
        state = played.body;
      }

      const { outcome } = state;
      expect(await request('POST', `/games/${gameId}/night`)).toMatchObject({ status: 409, body: { outcome } });
      const seen = await eventually(
        () => request('GET', `/games/${gameId}`),
        ({ body }) => body.outcome === outcome,
      );
      expect(seen.body).toMatchObject({ outcome, players: state.players, turnsPlayed: state.turnsPlayed });
      const mapped = await request('GET', `/games/${gameId}/state`);
      expect(mapped).toMatchObject({ status: 200, body: seen.body });
      const listed = await request('GET', '/games?count=50');
      expect(listed.body.games.map(({ id }: { id: string }) => id)).toContain(gameId);
    },
    GAME_MS,
  );

  it('answers 404 with a problem for a game that is not there, by both integrations', async () => {
    const request = apiOf(apiUrl());

    const answers = [
      await request('GET', `/games/${'0'.repeat(20)}`),
      await request('GET', `/games/${'0'.repeat(20)}/state`),
    ];

    for (const { status, body } of answers) {
      expect(status).toBe(404);
      expect(body).toMatchObject({ status: 404, type: 'urn:arcade:mafia:no-such-game' });
    }
  });
});
