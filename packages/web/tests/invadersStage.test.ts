import { describe, expect, it } from '@jest/globals';
import type { GameSession } from '../src/space-invaders/session.ts';
import { type RunState, type SeatState, type Standing, shownAt } from '../src/space-invaders/stage.ts';
import { aloudWords, troubleWords } from '../src/space-invaders/words.ts';

const session: GameSession = {
  ...{ sessionId: 's', gameType: 'MULTIPLE_TRIALS', seats: 200, isSynchronized: false, openedAtMs: 0 },
};
const held: SeatState = { kind: 'held', sessionId: 's', trial: 1 };
const over: RunState = { phase: 'over', isPractice: false, score: 1_205, lives: 0, shots: 90, level: 3 };
const refused = (why: (SeatState & { kind: 'refused' })['why']): SeatState => ({
  kind: 'refused',
  why,
  words: 'Oh no.',
});

const at = (overrides: Partial<Standing> = {}) =>
  shownAt({
    ...{
      account: 'in',
      canBeGuest: true,
      isAsked: true,
      session,
      phase: 'running',
      seat: { kind: 'none' },
      run: undefined,
    },
    ...overrides,
  });

describe('the way to the managers’ page', () => {
  it.each<[string, boolean, Partial<Standing>]>([
    ['no session is open', true, { session: undefined, phase: 'none' }],
    ['the session is over', true, { phase: 'over' }],
    ['one may play', false, {}],
    ['the start is waited for', false, { phase: 'waiting' }],
    ['one practises', false, { session: undefined, phase: 'none', run: { ...over, phase: 'playing' } }],
  ])('when %s is shown: %p', (_when, isShown, standing) => {
    expect(at(standing).canOpen ?? false).toBe(isShown);
  });
});

describe('the screen', () => {
  it.each<[string, Partial<Standing>, string | undefined, string, string]>([
    ['nobody is known yet', { account: 'asking' }, 'Space Invaders', 'none', 'Play'],
    ['nobody can sign in', { account: 'closed' }, 'Nobody can sign in', 'practise', 'Practise'],
    ['a guest may come in', { account: 'out' }, 'Space Invaders', 'guest', 'Play as a guest'],
    ['one has to sign in', { account: 'out', canBeGuest: false }, 'Space Invaders', 'sign-in', 'Sign in'],
    ['sessions are looked for', { isAsked: false }, 'Space Invaders', 'none', 'Play'],
    ['no session is open', { session: undefined, phase: 'none' }, 'No session is open', 'practise', 'Practise'],
    ['one may play', {}, 'A session is open', 'play', 'Play'],
    ['one may join', { phase: 'waiting' }, 'A session is open', 'join', 'Join'],
    ['one may still join', { phase: 'called' }, 'It is about to start', 'join', 'Join'],
    ['the start is waited for', { phase: 'waiting', seat: held }, 'You are in', 'practise', 'Practise'],
    ['it counts down', { phase: 'called', seat: held }, undefined, 'none', 'Ready'],
    ['it is played', { seat: held, run: { ...over, phase: 'playing' } }, undefined, 'pause', 'Pause'],
    ['it is paused', { seat: held, run: { ...over, phase: 'paused' } }, 'Paused', 'resume', 'Go on'],
    ['a game is over', { seat: held, run: over }, 'Game over', 'play', 'Play again'],
    ['practice is over', { run: { ...over, isPractice: true } }, 'Practised', 'play', 'Play'],
    [
      'the only game is over',
      { seat: held, run: over, session: { ...session, gameType: 'SINGLE_TRIAL' } },
      'Game over',
      'practise',
      'Practise',
    ],
    ['the session is over', { phase: 'over', run: over }, 'The session is over', 'practise', 'Practise'],
    ['it is full', { seat: refused('session-full') }, 'All 200 seats are taken', 'join', 'Try again'],
    [
      'it has one seat, and is full',
      { seat: refused('session-full'), session: { ...session, seats: 1 } },
      'The one seat is taken',
      'join',
      'Try again',
    ],
    [
      'one has had one’s game',
      { seat: refused('cannot-play-again') },
      'You have had your game',
      'practise',
      'Practise',
    ],
    ['it was just closed', { seat: refused('session-closed') }, 'The session is closed', 'practise', 'Practise'],
    ['it is not there', { seat: refused('no-session') }, 'The session is closed', 'practise', 'Practise'],
    ['a seat could not be had', { seat: refused('failed') }, 'No seat yet', 'join', 'Try again'],
  ])('says what is the matter, and what can be done: %s', (_when, overrides, title, deed, label) => {
    expect(at(overrides)).toMatchObject({ title, deed, label });
  });

  it('says why the button does nothing, wherever it does nothing', () => {
    for (const overrides of [{ account: 'asking' }, { isAsked: false }, { phase: 'called', seat: held }] as const)
      expect(at(overrides).unavailable).toMatch(/\.$/);
  });

  it('says by what one wins, and what became of one’s game', () => {
    expect(at().text).toBe('Play as often as you like: your best game counts. There is room for 200.');
    expect(at({ session: { ...session, gameType: 'TIME_CONSTRAINED', minutes: 5 } }).text).toContain(
      'within 5 minutes',
    );
    expect(at({ session: { ...session, gameType: 'SINGLE_TRIAL' } }).text).toContain('One game each');
    expect(at({ run: over }).text).toBe('1,205 points, level 3. Your best game counts.');
    expect(at({ phase: 'over', run: over }).text).toContain('1,205 points in your last game.');
    expect(at({ phase: 'over', run: { ...over, isPractice: true } }).text).not.toContain('1,205');
    expect(at({ seat: refused('failed') }).text).toBe('Oh no.');
  });
});

describe('what is said', () => {
  it.each([
    [0, /does not get through/],
    [429, /^429: too many/],
    [503, /^503: the stream/],
    [401, /sign in again/i],
    [400, /^400: .*refused/],
  ])('of a status that was not taken: %d', (status, words) => {
    expect(troubleWords(status)).toMatch(words);
  });

  it('aloud is what matters while one plays, and no more', () => {
    const before = { score: 100, lives: 3, shots: 30, level: 1 };

    expect(aloudWords(before, { ...before, score: 105, shots: 31 })).toBeUndefined();
    expect(aloudWords(before, { ...before, lives: 2 })).toBe('2 lives left. 100 points.');
    expect(aloudWords(before, { ...before, lives: 1 })).toBe('1 life left. 100 points.');
    expect(aloudWords(before, { ...before, level: 2, score: 300 })).toBe('Level 2. 300 points.');
    expect(aloudWords(before, { ...before, lives: 0 })).toBe('Game over: 100 points, level 1.');
    expect(aloudWords(undefined, before)).toBeUndefined();
  });
});
