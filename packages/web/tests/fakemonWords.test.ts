import { describe, expect, it } from '@jest/globals';
import type { Throw, Verdict } from '../src/fakemon/shapes.ts';
import { meadowLine, refusalWords, sightingWords, underWayWords, verdictWords } from '../src/fakemon/words.ts';
import { durationWords } from '../src/lib/duration.ts';
import { after, START_MS, sighting, taken, thrown, told, world } from './fakemonNews.ts';

const late = { lateMs: undefined, takenBy: undefined };

describe('the words for', () => {
  it.each<[Verdict, string, string]>([
    [{ outcome: 'captured' }, 'Captured!', 'A Zaplet is yours.'],
    [{ outcome: 'dodged' }, 'Dodged', 'Zaplet dodged. Throw again.'],
    [{ outcome: 'unknown' }, 'Nobody there', 'There is no Zaplet here any more, or not yet.'],
    [{ outcome: 'gone', lateMs: 120 }, 'Gone 120 ms earlier', 'Zaplet left 120 ms before your ball.'],
    [{ outcome: 'gone', lateMs: undefined }, 'Gone', 'Zaplet left just before your ball.'],
    [{ outcome: 'taken', lateMs: 38, takenBy: 'ben' }, 'Gone 38 ms earlier', 'Zaplet was taken 38 ms earlier by ben.'],
    [{ outcome: 'taken', ...late }, 'Taken', 'Zaplet was taken before you.'],
    [{ outcome: 'refused', why: 'Too many requests' }, 'Not taken', 'Too many requests'],
  ])('a verdict: %j', (verdict, short, sentence) => {
    expect(verdictWords('zaplet', verdict, 'ann')).toEqual({ short, sentence });
  });

  it('a last unit that was one’s own', () => {
    const verdict: Verdict = { outcome: 'taken', lateMs: 38, takenBy: 'ann' };

    expect(verdictWords('zaplet', verdict, 'ann').sentence).toBe('Zaplet was taken 38 ms earlier by you.');
  });

  it.each([
    [38.4, '38 ms'],
    [1_240, '1.2 s'],
    [12_400, '12 s'],
    [200_000, '3 min'],
  ])('a time of %d ms: %s', (ms, words) => {
    expect(durationWords(ms)).toBe(words);
  });

  it('a throw that is under way, with its age once it is slow', () => {
    const one = { species: 'cindle', thrownAtMs: 0 } as Throw;

    expect(underWayWords(one, 1_000)).toBe('Thrown at Cindle…');
    expect(underWayWords(one, 12_900)).toBe('Thrown at Cindle 12 s ago: not decided yet.');
  });

  it('a fakémon, also one of a species that the page does not know', () => {
    expect(sightingWords(sighting({ units: 3, unitsLeft: 2 }))).toBe('Zaplet, spark mouse, uncommon, 2 of 3 left');
    expect(sightingWords(sighting({ species: 'emberix' }))).toBe('Emberix, something new, rare, the only one');
    expect(verdictWords('emberix', { outcome: 'captured' }).sentence).toBe('An Emberix is yours.');
  });

  it.each([
    [0, 'No answer: the ball is lost.'],
    [504, 'No answer: the ball is lost.'],
    [401, '401: your sign-in does not count any more. Sign in again.'],
    [429, '429: too many throws at once. Throw again.'],
    [400, '400 Bad Request'],
  ])('a throw that was not taken: %d', (status, words) => {
    expect(refusalWords(status, 'Bad Request')).toBe(words);
  });

  it('the line over the map: my throw first, then what others got, then what there is to do', () => {
    const standing = { nowMs: START_MS, me: 'ann', inSight: 1, isCutOff: false };
    const line = (...[game, more]: [ReturnType<typeof after>, Partial<typeof standing>?]) =>
      meadowLine(game, { ...standing, ...more });
    const decided = told({ type: 'decided', attemptId: 'a', fakemonId: 'f1', verdict: { outcome: 'dodged' } } as never);

    expect(line(after(taken(0), thrown('a')))).toBe('Thrown at Zaplet…');
    expect(line(after(taken(0), thrown('a'), decided))).toContain('Zaplet dodged');
    expect(line(after(taken(0), thrown('a'), decided), { nowMs: START_MS + 5_000 })).toContain('Aim, and throw');
    expect(line(after(taken(0)))).toBe('ben captured a Zaplet.');
    expect(line(after(taken(0)), { me: 'ben' })).toContain('Aim, and throw');
    expect(line(after(), { isCutOff: true })).toContain('The socket is down');
    expect(line(after(), { inSight: 0 })).toContain('Nobody is in sight');
    expect(meadowLine(after(world([sighting()])), { ...standing, me: undefined })).toContain('play as a guest');
  });
});
