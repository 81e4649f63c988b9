import { expect, it } from '@jest/globals';
import { callServe } from '../domain/callServe.ts';
import type { ServeCalled } from '../domain/match.ts';
import { type Match, newMatch } from '../domain/match.ts';
import { served } from './parts.ts';

/** Asks the umpire of this match for a serve, `sinceMs` after its last stroke. */
async function ask(match: Match, sinceMs: number) {
  const called: ServeCalled[] = [];
  const outcome = await callServe(
    {
      store: { load: async () => match },
      voice: { callServe: async (call) => void called.push(call) },
      settings: { letAfterMs: 90_000, maxRalliesPerServe: 3 },
      now: () => match.rally.lastStrokeAtMs + sinceMs,
      newId: () => 'new-id',
    },
    'request-chain',
  );
  return { outcome, called };
}

it('calls the player whose turn it is, for as many rallies as one call is good for', async () => {
  const { outcome, called } = await ask(newMatch(), 1000);

  expect(called).toMatchObject([
    { id: 'new-id', correlationId: 'request-chain', detail: { rally: 1, server: 'ping', ralliesLeft: 2 } },
  ]);
  expect(called[0]).toHaveProperty('time', '1970-01-01T00:00:01.000Z');
  expect(outcome).toEqual({ outcome: 'called', call: called[0] });
});

it('calls nobody while a ball is in play, up to the moment at which it counts as lost', async () => {
  const { outcome, called } = await ask(served(), 89_999);

  expect(outcome).toEqual({ outcome: 'ball-in-play', rally: 1, strokes: 1 });
  expect(called).toEqual([]);
});

it('calls the next rally when the ball is lost, and when the rally is over', async () => {
  const over = served({ rally: { ...served().rally, inPlay: false } });

  for (const { outcome, called } of [await ask(served(), 90_000), await ask(over, 1)]) {
    expect(outcome.outcome).toBe('called');
    expect(called).toMatchObject([{ detail: { rally: 2, server: 'ping' } }]);
  }
});
