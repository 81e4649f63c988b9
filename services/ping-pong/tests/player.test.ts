import { describe, expect, it } from '@jest/globals';
import { type Match, newMatch } from '../domain/match.ts';
import { createPlayer } from '../domain/player.ts';
import { ball, call, circumstances, served, type Watched, watchedParts } from './parts.ts';

/** A player who stands on these parts; its pauses are written down as well. */
function playerOn({ store, voice, done }: Watched, random = () => 0.5) {
  const { player, settings, newId, nowMs } = circumstances();
  return createPlayer({
    player,
    settings,
    newId,
    now: () => nowMs,
    random,
    store,
    voice,
    pauses: { strokePauseMs: 400, restBetweenRalliesMs: 1200 },
    wait: async (ms) => void done.push(`wait ${ms}`),
  });
}

describe('a ball that comes over', () => {
  it('is hit after a pause, in one write without a read before it', async () => {
    const parts = watchedParts(served());

    const played = await playerOn(parts).onMessage(ball(1, 'ping'), 'request-1');

    expect(parts.done).toEqual(['wait 400', 'hit 2', 'ball 2 of rally 1']);
    expect(played).toMatchObject({ kind: 'hit', hit: { stroke: 2, by: 'pong', move: { requestId: 'request-1' } } });
    expect(parts.match.rally.strokes).toBe(2);
  });

  it('is not hit over when the write is refused: what is decided then comes from the match as it is', async () => {
    const parts = watchedParts(served(), {
      others: [(match: Match) => ({ ...match, rally: { ...match.rally, number: 2 } })],
    });

    const played = await playerOn(parts).onMessage(ball(1, 'ping'), 'request-1');

    expect(parts.done).toEqual(['wait 400', 'hit 2 refused']);
    expect(played.kind).toBe('ignore');
  });

  it('that is missed is looked up first, and chance is asked once', async () => {
    const chances = [0, 0.9];
    const parts = watchedParts(served());

    const played = await playerOn(parts, () => chances.shift() ?? 1).onMessage(ball(1, 'ping'), 'request-1');

    expect(parts.done).toEqual(['wait 400', 'load', 'save 2', 'announce point_scored', 'settle 2: 0 left']);
    expect(played.kind).toBe('move');
    expect(chances).toHaveLength(1);
  });
});

it('a call is answered after a rest, by a serve', async () => {
  const parts = watchedParts({ ...newMatch(), game: { ...newMatch().game, firstServer: 'pong' } });

  const played = await playerOn(parts).onMessage(call(1, 'pong'), 'request-1');

  expect(parts.done).toEqual(['wait 1200', 'load', 'save 1', 'ball 1 of rally 1']);
  expect(played).toMatchObject({ kind: 'move', match: { rally: { server: 'pong' } } });
});

it('the schedule is answered at once', async () => {
  const parts = watchedParts({ ...newMatch(), game: { ...newMatch().game, firstServer: 'pong' } });

  const played = await playerOn(parts).onTick({ id: 'tick-1' }, 'request-1');

  expect(parts.done).toEqual(['load', 'save 1', 'ball 1 of rally 1']);
  expect(played).toMatchObject({ kind: 'move', match: { move: { requestId: 'request-1', causeId: 'tick-1' } } });
});
