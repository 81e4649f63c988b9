import type { Known } from './known.ts';
import type { Throw, Verdict } from './shapes.ts';
import { speciesOf } from './species.ts';

/** "38 ms", "1.2 s", "12 s", "3 min". */
export function durationWords(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
}

/** "a Cindle", "an Emberling". */
const one = (title: string) => `${/^[AEIOU]/i.test(title) ? 'an' : 'a'} ${title}`;

/** How a throw ended: what stands over the ball, and the sentence. */
export interface VerdictWords {
  short: string;
  sentence: string;
}

/** How a throw at a species ended, in words. */
export function verdictWords(species: string, verdict: Verdict): VerdictWords {
  const { title } = speciesOf(species);
  switch (verdict.outcome) {
    case 'captured':
      return { short: 'Captured!', sentence: `${one(title).replace(/^a/, 'A')} is yours.` };
    case 'dodged':
      return { short: 'Dodged', sentence: `${title} dodged. It is still there: throw again.` };
    case 'unknown':
      return { short: 'Nobody there', sentence: `There is no ${title} here any more, or not yet.` };
    case 'gone': {
      const late = verdict.lateMs === undefined ? '' : ` ${durationWords(verdict.lateMs)}`;
      return {
        short: `Gone${late && `${late} earlier`}`,
        sentence: `${title} left${late || ' just'} before your ball.`,
      };
    }
    case 'taken': {
      const { lateMs, takenBy } = verdict;
      const when = lateMs === undefined ? 'before you' : `${durationWords(lateMs)} earlier`;
      const short = lateMs === undefined ? 'Taken' : `Gone ${when}`;
      return { short, sentence: `${title} was taken ${when}${takenBy === undefined ? '' : ` by ${takenBy}`}.` };
    }
    case 'refused':
      return { short: 'Not taken', sentence: verdict.why };
  }
}

/** So long a throw may take before it is worth a word, in milliseconds. */
const SLOW_MS = 1_500;

/** What is said of a throw that is under way. */
export function underWayWords({ species, thrownAtMs }: Throw, nowMs: number): string {
  const sinceMs = nowMs - thrownAtMs;
  const { title } = speciesOf(species);
  if (sinceMs < SLOW_MS) return `Thrown at ${title}…`;
  return `Thrown at ${title} ${Math.floor(sinceMs / 1_000)} s ago: not decided yet.`;
}

/** A fakémon, for whoever hears it. */
export function sightingWords({ species, units, unitsLeft }: Known): string {
  const { title, looks, rarity } = speciesOf(species);
  const left = units === 1 ? 'the only one' : `${unitsLeft} of ${units} left`;
  return `${title}, ${looks}, ${rarity}, ${left}`;
}
