import { durationWords } from '../lib/duration.ts';
import { type Game, latestIn } from './known.ts';
import type { Sighting, Throw, Verdict } from './shapes.ts';
import { speciesOf } from './species.ts';

/** "a Cindle", "an Emberling". */
const one = (title: string) => `${/^[AEIOU]/i.test(title) ? 'an' : 'a'} ${title}`;

/** How a throw ended: what stands over the ball, and the sentence. */
export interface VerdictWords {
  short: string;
  sentence: string;
}

/** How a throw at a species ended, in words; `me` is the name of whoever threw. */
export function verdictWords(species: string, verdict: Verdict, me?: string): VerdictWords {
  const { title } = speciesOf(species);
  switch (verdict.outcome) {
    case 'captured':
      return { short: 'Captured!', sentence: `${one(title).replace(/^a/, 'A')} is yours.` };
    case 'dodged':
      return { short: 'Dodged', sentence: `${title} dodged. Throw again.` };
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
      const by = takenBy !== undefined && takenBy === me ? 'you' : takenBy;
      return { short, sentence: `${title} was taken ${when}${by === undefined ? '' : ` by ${by}`}.` };
    }
    case 'refused':
      return { short: 'Not taken', sentence: verdict.why };
  }
}

/** So long a throw may take before it is worth a word, in milliseconds. */
const SLOW_MS = 2_000;

/** What is said of a throw that is under way. */
export function underWayWords({ species, thrownAtMs }: Throw, nowMs: number): string {
  const sinceMs = nowMs - thrownAtMs;
  const { title } = speciesOf(species);
  if (sinceMs < SLOW_MS) return `Thrown at ${title}…`;
  return `Thrown at ${title} ${Math.floor(sinceMs / 1_000)} s ago: not decided yet.`;
}

/** Why the service did not take a throw, by its answer's status; 0 when there was none. */
export function refusalWords(status: number, title: string): string {
  if (status === 0 || status === 502 || status === 504) return 'No answer: the ball is lost.';
  if (status === 401 || status === 403) return `${status}: your sign-in does not count any more. Sign in again.`;
  if (status === 429) return '429: too many throws at once. Throw again.';
  return `${status} ${title}`;
}

/** What is said when somebody has taken one: `undefined` for what was mine, which is told otherwise. */
export const takenWords = (
  { by, species }: { by: string; species: string },
  me: string | undefined,
): string | undefined => (by === me ? undefined : `${by} captured ${one(speciesOf(species).title)}.`);

/** How many there are: "2 of 3 left". */
export const unitsWords = ({ units, unitsLeft }: Pick<Sighting, 'units' | 'unitsLeft'>): string =>
  units === 1 ? 'the only one' : `${unitsLeft} of ${units} left`;

/** A fakémon, for whoever hears it. */
export function sightingWords(sighting: Sighting): string {
  const { title, looks, rarity } = speciesOf(sighting.species);
  return `${title}, ${looks}, ${rarity}, ${unitsWords(sighting)}`;
}

/** What the line over the map depends on beside the game. */
export interface Standing {
  nowMs: number;
  /** The name of whoever plays. */
  me: string | undefined;
  /** How many are in sight. */
  inSight: number;
  /** Whether the socket was lost. */
  isCutOff: boolean;
}

/** What stands over the map: what became of the latest throw, what others got, else what one can do. */
export function meadowLine(game: Game, { nowMs, me, inSight, isCutOff }: Standing): string {
  const latest = latestIn(game, nowMs);
  if (latest && 'attemptId' in latest) {
    const { species, verdict } = latest;
    return verdict ? verdictWords(species, verdict, me).sentence : underWayWords(latest, nowMs);
  }
  const others = latest && takenWords(latest, me);
  if (others !== undefined) return others;
  if (isCutOff) return 'The socket is down: this page asks meanwhile.';
  if (inSight === 0) return 'Nobody is in sight: more come within a minute.';
  return me === undefined ? 'Sign in, or play as a guest, to throw.' : 'Aim, and throw: others see the same ones.';
}
