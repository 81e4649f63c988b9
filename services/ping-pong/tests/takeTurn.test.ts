import { describe, expect, it } from '@jest/globals';
import { decideOnBall, decideOnServeCall, decideOnTick } from '../domain/decide.ts';
import type { Match } from '../domain/match.ts';
import { newMatch } from '../domain/match.ts';
import { ContendedMatchError, takeTurn } from '../domain/takeTurn.ts';
import { ball, call, circumstances, letOf, served, watchedParts } from './parts.ts';

/** Pong misses ping's serve. */
const miss = (match: Match) => decideOnBall(match, ball(1, 'ping'), circumstances({ random: () => 0 }));
const lastOfItsCall = () => served({ rally: { ...served().rally, ralliesLeft: 0 } });
/** Somebody else has written, what a player need not know. */
const otherWrite = (match: Match): Match => ({ ...match, version: match.version + 1 });

describe('a move', () => {
  it('is written first and published then: announcements, which are settled, before the call', async () => {
    const match = served({ rally: { ...served().rally, ralliesLeft: 2 } });
    const { store, voice, done } = watchedParts(match);

    const decision = await takeTurn(store, voice, miss);

    expect(done).toEqual(['load', 'save 2', 'announce point_scored', 'settle 2: 0 left', 'call ping for rally 2']);
    expect(decision).toMatchObject({ kind: 'move', match: { version: 2, rally: { inPlay: false } } });
  });

  it('that hits sends the ball, and nothing else', async () => {
    const { store, voice, done } = watchedParts(newMatch());

    await takeTurn(store, voice, (match) =>
      decideOnServeCall(match, call(1, 'ping'), circumstances({ player: 'ping' })),
    );

    expect(done).toEqual(['load', 'save 1', 'ball 1 of rally 1']);
  });

  it('starts from the match that was seen, and reads no other', async () => {
    const { store, voice, done } = watchedParts(lastOfItsCall());

    await takeTurn(store, voice, miss, lastOfItsCall());

    expect(done).toEqual(['save 2', 'announce point_scored', 'settle 2: 0 left']);
  });

  it('leaves in the outbox what is refused', async () => {
    const old = letOf(1);
    const waiting = served({ rally: { ...served().rally, ralliesLeft: 0 }, outbox: { announcements: [old] } });
    const { store, voice, done } = watchedParts(waiting, { refused: [old] });

    await takeTurn(store, voice, miss);

    expect(done).toEqual(['load', 'save 2', 'announce let_called, point_scored', 'settle 2: 1 left']);
  });
});

describe('a write that is refused', () => {
  it('publishes nothing: the match is read and decided on again', async () => {
    const { store, voice, done } = watchedParts(lastOfItsCall(), { others: [otherWrite] });

    const decision = await takeTurn(store, voice, miss);

    expect(done).toEqual(['load', 'save 2 refused', 'load', 'save 3', 'announce point_scored', 'settle 3: 0 left']);
    expect(decision).toMatchObject({ kind: 'move', match: { version: 3 } });
  });

  it('of a match that was seen before is followed by a read', async () => {
    const { store, voice, done } = watchedParts(lastOfItsCall(), { others: [otherWrite] });

    await takeTurn(store, voice, miss, lastOfItsCall());

    expect(done.slice(0, 3)).toEqual(['save 2 refused', 'load', 'save 3']);
  });

  it('because another has made the same move publishes nothing at all', async () => {
    const byAnother = (match: Match): Match => {
      const decision = decideOnBall(match, ball(1, 'ping'), circumstances({ requestId: 'another', random: () => 0 }));
      return decision.kind === 'move' ? decision.match : match;
    };
    const { store, voice, done } = watchedParts(lastOfItsCall(), { others: [byAnother] });

    const decision = await takeTurn(store, voice, miss);

    expect(done).toEqual(['load', 'save 2 refused', 'load']);
    expect(decision.kind).toBe('ignore');
  });

  it('five times in a row leaves the rest to the retry: nothing is published, and the error says how often', async () => {
    const { store, voice, done } = watchedParts(lastOfItsCall(), {
      others: Array.from({ length: 9 }, () => otherWrite),
    });

    const turn = takeTurn(store, voice, miss);

    await expect(turn).rejects.toThrow(ContendedMatchError);
    await expect(turn).rejects.toMatchObject({
      name: 'ContendedMatchError',
      code: 'CONTENDED_MATCH',
      message: expect.stringContaining('5 times'),
    });
    expect(done).toEqual([2, 3, 4, 5, 6].flatMap((version) => ['load', `save ${version} refused`]));
  });
});

describe('without a move', () => {
  it('a repetition sends the outbox as it is, and writes no match', async () => {
    const cause = ball(1, 'ping');
    const again = () => circumstances({ random: () => 0 });
    const first = decideOnBall(lastOfItsCall(), cause, again());
    if (first.kind !== 'move') throw new Error('it was to be a move');
    const { store, voice, done } = watchedParts(first.match);

    const decision = await takeTurn(store, voice, (match) => decideOnBall(match, cause, again()));

    expect(done).toEqual(['load', 'announce point_scored', 'settle 2: 0 left']);
    expect(decision).toEqual({ kind: 'repeat', match: first.match });
  });

  it('a call announces what waits, then has the other player serve', async () => {
    const over = served({
      rally: { ...served().rally, inPlay: false },
      game: { number: 1, firstServer: 'pong', score: { ping: 0, pong: 0 } },
      outbox: { announcements: [letOf(1)] },
    });
    const { store, voice, done } = watchedParts(over);

    const decision = await takeTurn(store, voice, (match) =>
      decideOnTick(match, { id: 'tick' }, circumstances({ player: 'ping' })),
    );

    expect(done).toEqual(['load', 'announce let_called', 'settle 1: 0 left', 'call pong for rally 2']);
    expect(decision.kind).toBe('call');
  });

  it('an event that does not fit does nothing', async () => {
    const { store, voice, done } = watchedParts(served());

    const decision = await takeTurn(store, voice, (match) => decideOnBall(match, ball(7, 'ping'), circumstances()));

    expect(done).toEqual(['load']);
    expect(decision).toEqual({ kind: 'ignore', reason: 'this ball is not in play' });
  });
});
