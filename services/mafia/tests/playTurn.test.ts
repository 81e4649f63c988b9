import { recall } from '@arcade/dynamodb';
import { describe, expect, it } from '@jest/globals';
import { type Game, type Outcome, type Player, TURNS } from '../domain/game.ts';
import { type ModeratorParts, playTurn, type TurnRequest } from '../domain/playTurn.ts';
import type { TurnRecord, Written } from '../domain/ports.ts';

const NOW_MS = 1_000_000;
const EXPIRES_AT = 5000;
const player = (name: string, trueIdentity: Player['trueIdentity'] = 'Innocent'): Player => ({
  name,
  trueIdentity,
  identity: 'Uncovered',
});
const gameAt = (turnsPlayed: number, more: { outcome?: Outcome } = {}): Game => ({
  id: 'g',
  turnsPlayed,
  turn: TURNS[turnsPlayed % 3] ?? 'night',
  players: [player('Ann'), player('Don', 'Mafia'), player('Bea')],
  ...more,
});

/** A moderator over a game in memory; writes end as `written` says, one after the other, and then well. */
function setUp(game: Game | undefined, { written = [] as Written[], fails = false } = {}) {
  const done: string[] = [];
  const records: TurnRecord[] = [];
  const published: unknown[] = [];
  const warned: string[] = [];
  const kept = new Map<string, TurnRecord>();
  let ids = 0;
  const parts: ModeratorParts = {
    now: () => NOW_MS,
    newId: () => `id-${++ids}`,
    random: () => 0,
    games: {
      create: () => Promise.reject(new Error('nobody deals here')),
      async load(_gameId, nowMs) {
        done.push(`load at ${nowMs}`);
        return game && { game, expiresAt: EXPIRES_AT };
      },
      async writeTurn(record, before, expiresAt) {
        const outcome = written.shift() ?? 'written';
        done.push(`write ${before} until ${expiresAt}: ${outcome}`);
        records.push(record);
        return outcome;
      },
      async recall(_gameId, { key, fingerprint }, nowMs) {
        done.push(`recall ${key}`);
        const before = kept.get(key);
        const answered = before && { fingerprint: 'print', answer: before.answer, expiresAt: EXPIRES_AT };
        return recall(answered, fingerprint, nowMs);
      },
    },
    outbox: { settle: async (place, left) => void done.push(`settle ${JSON.stringify(place)}: ${left.length} left`) },
    async publish(events) {
      if (fails) throw new Error('no topic');
      published.push(...events);
    },
    warn: (message) => void warned.push(message),
  };
  const play = (request: Partial<TurnRequest> & Pick<TurnRequest, 'turn'>) =>
    playTurn(parts, { gameId: 'g', correlationId: 'chain', ...request } as TurnRequest);
  return { play, done, records, published, warned, kept };
}

const repeatable = { key: 'key', fingerprint: 'print' };

describe('a turn that is due', () => {
  it('is written, published, settled and answered', async () => {
    const { play, done, records, published, warned } = setUp(gameAt(0));

    const outcome = await play({ turn: 'night', repeatable });

    const answer = {
      gameId: 'g',
      message: ['Night, time to sleep', 'Mafia awakes', 'Mafia kills Ann', 'Mafia sleeps'],
      turn: 'day',
      turnsPlayed: 1,
      players: [
        { name: 'Ann', identity: 'Killed by mafia' },
        { name: 'Don', identity: 'Uncovered' },
        { name: 'Bea', identity: 'Uncovered' },
      ],
    };
    expect(outcome).toStrictEqual({ outcome: 'played', answer });
    expect(done).toEqual([
      'load at 1000000',
      'write night until 5000: written',
      'settle {"gameId":"g","turnNumber":1,"sinceMs":1000000}: 0 left',
    ]);
    const event = {
      id: 'id-1',
      time: '1970-01-01T00:16:40.000Z',
      correlationId: 'chain',
      type: 'mafia.player_killed',
      source: 'mafia',
      version: 1,
      detail: { gameId: 'g', name: 'Ann' },
    };
    expect(published).toEqual([event]);
    expect(records).toMatchObject([
      { answer, events: [event], request: repeatable, nowMs: NOW_MS, played: { player: { name: 'Ann' } } },
    ]);
    expect(warned).toEqual([]);
  });

  it('of the day tells who blames whom, and who is blamed most', async () => {
    const { play, published } = setUp(gameAt(1));

    const outcome = await play({ turn: 'day' });

    const accusations = [
      { by: 'Ann', accused: 'Don' },
      { by: 'Don', accused: 'Ann' },
      { by: 'Bea', accused: 'Ann' },
    ];
    expect(outcome).toMatchObject({ answer: { turn: 'judgement', accusations, mostAccused: ['Ann'] } });
    expect(outcome).not.toHaveProperty('answer.type');
    expect(outcome).toMatchObject({
      answer: {
        message: [
          'Day, time to wake up!',
          'Players see the dead body and makes their accusations',
          'Ann blames on Don',
          'Don blames on Ann',
          'Bea blames on Ann',
          'Most accused: Ann',
          'Who is the Mafia?',
        ],
      },
    });
    expect(published).toMatchObject([
      { type: 'mafia.players_accused', detail: { gameId: 'g', accusations, mostAccused: ['Ann'] } },
    ]);
  });

  it('of judgement that ends the game tells who has won, and of no next turn', async () => {
    const { play, published } = setUp(gameAt(2));

    const outcome = await play({ turn: 'judgement', name: 'Don' });

    expect(outcome).toMatchObject({ outcome: 'played', answer: { outcome: 'innocents', turnsPlayed: 3 } });
    expect(outcome).not.toHaveProperty('answer.turn');
    expect(outcome).not.toHaveProperty('answer.accusations');
    expect(published).toMatchObject([
      { type: 'mafia.player_sentenced', detail: { gameId: 'g', name: 'Don', correctly: true } },
      { type: 'mafia.game_ended', detail: { gameId: 'g', outcome: 'innocents', days: 1 } },
    ]);
  });

  it('is played although its events cannot be published: they wait', async () => {
    const { play, done, warned } = setUp(gameAt(0), { fails: true });

    expect(await play({ turn: 'night' })).toMatchObject({ outcome: 'played' });
    expect(done).toHaveLength(2);
    expect(warned).toEqual(['events wait in the outbox']);
  });
});

describe('a turn that cannot be played', () => {
  it('says why, when it was not asked for before', async () => {
    const { play, done } = setUp(gameAt(1));

    expect(await play({ turn: 'night', repeatable })).toEqual({
      outcome: 'refused',
      refusal: { refused: 'other-turn', due: 'day' },
    });
    expect(done).toEqual(['load at 1000000', 'recall key']);
    expect(await play({ turn: 'night' })).toMatchObject({ outcome: 'refused' });
  });

  it('of a game that is not there', async () => {
    const { play, done } = setUp(undefined);

    expect(await play({ turn: 'night', repeatable })).toEqual({ outcome: 'no-such-game' });
    expect(done).toEqual(['load at 1000000']);
  });

  it('because it was played by the same request before is answered as before', async () => {
    const { play, kept, done } = setUp(gameAt(1));
    kept.set('key', { answer: { gameId: 'g', turnsPlayed: 1 } } as unknown as TurnRecord);

    const outcome = await play({ turn: 'night', repeatable });

    expect(outcome).toEqual({ outcome: 'played', answer: { gameId: 'g', turnsPlayed: 1 } });
    expect(await play({ turn: 'night', repeatable: { ...repeatable, fingerprint: 'other' } })).toEqual({
      outcome: 'key-reused',
    });
    expect(done.filter((step) => step.startsWith('write'))).toEqual([]);
  });
});

describe('a write that is refused', () => {
  it('because another has played is decided anew, and publishes nothing by itself', async () => {
    const { play, done, published } = setUp(gameAt(0), { written: ['played-by-another'] });

    expect(await play({ turn: 'night', repeatable })).toMatchObject({ outcome: 'played' });
    expect(done.map((step) => step.split(' ')[0])).toEqual(['load', 'write', 'load', 'write', 'settle']);
    expect(published).toHaveLength(1);
  });

  it('because the request came before is answered as before', async () => {
    const { play, kept, published } = setUp(gameAt(0), { written: ['repeated-request'] });
    kept.set('key', { answer: { gameId: 'g', turnsPlayed: 1 } } as unknown as TurnRecord);

    const outcome = await play({ turn: 'night', repeatable });

    expect(outcome).toEqual({ outcome: 'played', answer: { gameId: 'g', turnsPlayed: 1 } });
    expect(published).toEqual([]);
  });

  it('four times in a row is told as busy', async () => {
    const { play, done, published } = setUp(gameAt(0), { written: Array(9).fill('played-by-another') });

    expect(await play({ turn: 'night' })).toEqual({ outcome: 'busy' });
    expect(done.filter((step) => step.startsWith('write'))).toHaveLength(4);
    expect(done).toHaveLength(8);
    expect(published).toEqual([]);
  });
});
