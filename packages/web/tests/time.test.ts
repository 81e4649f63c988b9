import { describe, expect, it } from '@jest/globals';
import { relativeTime } from '../src/ui/Time.tsx';

describe('a moment in words', () => {
  it('tells rows apart that are seconds old', () => {
    const words = [0, 1, 2, 3, 4, 5, 59].map((seconds) => relativeTime(1_000_000 - seconds * 1000, 1_000_000));

    expect(new Set(words).size).toBe(words.length);
    expect(words[0]).toBe('now');
    expect(words[3]).toBe('3 seconds ago');
  });

  it('goes on in minutes, hours and days, whole ones', () => {
    const ago = (seconds: number) => relativeTime(0, seconds * 1000);

    expect(ago(60)).toBe('1 minute ago');
    expect(ago(119)).toBe('1 minute ago');
    expect(ago(3_600 * 5)).toBe('5 hours ago');
    expect(ago(86_400)).toBe('yesterday');
  });
});
