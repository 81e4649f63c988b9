import { PATIENCE_MS, type Template, withoutSchedules } from '@arcade/local-aws/testkit';
import { describe, expect, it } from '@jest/globals';
import { countItems, startMafia } from './aws.ts';
import { handsOf } from './table.ts';

describe('a game that nobody needs any more', () => {
  it(
    'takes the key that it began with along, also where it is not deleted yet',
    async () => {
      const withoutTtl = (template: Template) => {
        withoutSchedules(template);
        delete template.Resources.GamesTable?.Properties.TimeToLiveSpecification;
      };
      const later = await startMafia({ transform: withoutTtl });
      try {
        const played = handsOf(later.invoke);
        const start = () => played.newGame({ idempotencyKey: 'a-week-ago' });
        const first = await start();
        await later.advance(7 * 24 * 60 * 60 * 1000 - 2000);
        expect([await start(), (await played.see(first.gameId ?? '')).id]).toEqual([first, first.gameId]);

        await later.advance(2000);
        const { gameId = '' } = await start();

        expect(gameId).not.toBe(first.gameId);
        expect(await played.see(gameId)).toMatchObject({ id: gameId, turn: 'night' });
      } finally {
        await later.stop();
      }
    },
    PATIENCE_MS,
  );

  it(
    'is gone after a week, with all that belongs to it',
    async () => {
      const later = await startMafia({ transform: withoutSchedules });
      try {
        const played = handsOf(later.invoke);
        const { gameId = '' } = await played.newGame({ idempotencyKey: 'a-week-ago' });
        await played.night(gameId);

        await later.advance(8 * 24 * 60 * 60 * 1000);

        expect(await played.see(gameId)).toMatchObject({ status: 404 });
        expect(await played.night(gameId)).toMatchObject({ status: 404 });
        expect(await later.invoke('mafia-local-latest-games', {})).toEqual({ games: [] });
        expect(await countItems(later)).toBe(0);
      } finally {
        await later.stop();
      }
    },
    PATIENCE_MS,
  );
});
