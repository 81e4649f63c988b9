import type { Hop } from '../lib/journal.ts';

/** How fast the wire plays: as it happens, at a quarter of it, or not at all but for single steps. */
export type Speed = 'live' | 'quarter' | 'frozen';

/** What is due at one moment. */
export interface Due {
  hops: readonly Hop[];
  /** Time of the picture, in milliseconds: it goes slower than the world, or not at all. */
  playMs: number;
  /** They were passed over to be where the world is: to be known, not to be played. */
  isPassedOver: boolean;
}

const RATE: Record<Speed, number> = { live: 1, quarter: 0.25, frozen: 0 };
/** Hops that wait to be played. What comes while so many wait is not played at all, so that those that are follow one another. */
const MOST_WAITING = 500;
/** The longest that a quarter's speed waits for the next hop, in time of the picture: a pause of the world is no news. */
const LONGEST_PAUSE_MS = 400;
/** A few frames. */
const LATE_MS = 50;
/** How long the picture goes on once a step is to be seen, so that what it shows arrives. */
const STEP_MS = 300;

/** Plays hops at the speed that was chosen. Real times are those of a clock that never goes back, in milliseconds. */
export interface Playback {
  readonly speed: Speed;
  /** Hops that wait to be played. */
  readonly waiting: number;
  take(hops: readonly Hop[]): void;
  setSpeed(speed: Speed, nowMs: number): void;
  /** Plays the next hops that wait, up to and with the first that `isSeen`. */
  step(isSeen: (hop: Hop) => boolean): void;
  due(nowMs: number): Due;
  /** Whether a later moment has something else to show although nothing new comes. */
  isMoving(): boolean;
}

export function createPlayback(): Playback {
  let speed: Speed = 'live';
  let queue: Hop[] = [];
  let isPassedOver = false;
  let playMs = 0;
  let lastNowMs: number | undefined;
  /** The latest hop that was due: the next one keeps its distance. */
  let latest: { dueMs: number; atMs: number } | undefined;
  let stepLeftMs = 0;
  const stepped: Hop[] = [];

  const advance = (nowMs: number) => {
    const passedMs = Math.max(0, nowMs - (lastNowMs ?? nowMs));
    lastNowMs = nowMs;
    if (speed !== 'frozen') playMs += passedMs * RATE[speed];
    else {
      const runMs = Math.min(stepLeftMs, passedMs);
      stepLeftMs -= runMs;
      playMs += runMs;
    }
  };
  const dueMsOf = ({ atMs }: Hop): number =>
    latest ? latest.dueMs + Math.min(Math.max(0, atMs - latest.atMs), LONGEST_PAUSE_MS) : playMs;
  const takeDue = (): Hop[] => {
    if (speed === 'live') return queue.splice(0);
    // From the frame that shows it: what comes late, on a machine that is busy, arrives all the same.
    if (speed === 'frozen' && stepped.length > 0) stepLeftMs = STEP_MS;
    if (speed === 'frozen') return stepped.splice(0);
    let count = 0;
    for (const hop of queue) {
      const dueMs = dueMsOf(hop);
      if (dueMs > playMs) break;
      // What comes late, after a pause, is due now; those after it keep their distance to that.
      latest = { dueMs: Math.max(dueMs, playMs - LATE_MS), atMs: hop.atMs };
      count += 1;
    }
    return queue.splice(0, count);
  };

  return {
    get speed() {
      return speed;
    },
    get waiting() {
      return queue.length;
    },
    take(hops) {
      const room = speed === 'live' ? hops.length : Math.max(0, MOST_WAITING - queue.length);
      queue.push(...hops.slice(0, room));
    },
    setSpeed(next, nowMs) {
      if (next === speed) return;
      advance(nowMs);
      isPassedOver ||= next === 'live' && queue.length > 0;
      if (next === 'live') queue = [...stepped.splice(0), ...queue];
      latest = undefined;
      stepLeftMs = 0;
      speed = next;
    },
    step(isSeen) {
      const index = queue.findIndex(isSeen);
      stepped.push(...queue.splice(0, index < 0 ? queue.length : index + 1));
    },
    due(nowMs) {
      advance(nowMs);
      const due = { hops: takeDue(), playMs, isPassedOver };
      isPassedOver = false;
      return due;
    },
    isMoving: () => (speed === 'quarter' ? queue.length > 0 : stepLeftMs > 0 || stepped.length > 0),
  };
}
