import { Problem } from '../../lib/api.ts';
import type { Standing } from './engine.ts';

/** The body of `POST /updatestatus`. */
export interface Status extends Standing {
  sessionId: string;
  trial: number;
  /** Counts the statuses of a trial up from 1. One that is sent again, because nobody knows whether it arrived, has the same. */
  sequence: number;
  /** Milliseconds since the epoch. */
  sentAtMs: number;
}

/** What becomes of a status. */
export type StatusNews =
  | { kind: 'sent'; sequence: number }
  /** The stream has it. `tookMs`: from when it was sent. */
  | { kind: 'landed'; sequence: number; tookMs: number }
  /** It was not taken; 0 is that no answer came. A newer one, or the same, goes `retryMs` later; never, when that would be refused too. */
  | { kind: 'refused'; sequence: number; status: number; retryMs: number | undefined };

/** What a sender stands on: one for each trial. */
export interface SenderParts {
  sessionId: string;
  trial: number;
  /** Between two statuses at least, in milliseconds. */
  everyMs: number;
  /** Rejects with `Problem`. */
  post(status: Status): Promise<unknown>;
  /** A clock that never goes back, in milliseconds. */
  nowMs(): number;
  /** What time it is at the service, in milliseconds since the epoch: what is dated ahead of it is not counted. */
  dateMs(): number;
  /** 0 to 1. */
  random(): number;
  onNews?(news: StatusNews): void;
}

/** Tells how a game stands, for as long as it takes. */
export interface StatusSender {
  /** How it stands now. The first is sent at once; then whichever is the newest, if anything has changed. */
  offer(standing: Standing): void;
  /** As `offer`, but at once when nothing is under way. True when all was told; false when it was given up, after ten seconds. */
  finish(standing: Standing): Promise<boolean>;
  /** Sends nothing any more. */
  close(): void;
}

/** The first pause after a refusal, in milliseconds; twice as long each time, up to the longest. */
const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 5_000;
const LAST_WITHIN_MS = 10_000;

const isSame = (one: Standing | undefined, other: Standing) =>
  one !== undefined &&
  one.score === other.score &&
  one.lives === other.lives &&
  one.shots === other.shots &&
  one.level === other.level;

/** Whether the same may be taken another time: not what the request itself is refused for. */
const mayPass = (status: number) => status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;

/**
 * One request is under way at a time, so that a slow service is sent less, and only the newest standing waits: what is between is told by
 * nobody, and need not be.
 */
export function createStatusSender(parts: SenderParts): StatusSender {
  let newest: Standing | undefined;
  /** The latest that was taken, or that will never be. */
  let settled: Standing | undefined;
  /** Sent, and not known to have arrived. */
  let unsettled: { status: Status; standing: Standing } | undefined;
  let [sequence, failures, notBeforeMs] = [0, 0, Number.NEGATIVE_INFINITY];
  let [isUnderWay, isLast, isClosed] = [false, false, false];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const done = Promise.withResolvers<boolean>();

  const later = (run: () => void, afterMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(run, afterMs);
  };
  const close = (isTold: boolean) => {
    isClosed = true;
    clearTimeout(timer);
    done.resolve(isTold);
  };
  const pump = () => {
    if (isClosed || isUnderWay || !newest) return;
    if (isSame(settled, newest)) return isLast ? close(true) : undefined;
    const waitMs = isLast && failures === 0 ? 0 : notBeforeMs - parts.nowMs();
    if (waitMs > 0) later(pump, waitMs);
    else void send(newest);
  };
  const send = async (standing: Standing) => {
    const { sessionId, trial, everyMs } = parts;
    if (!isSame(unsettled?.standing, standing)) {
      sequence += 1;
      unsettled = {
        status: { sessionId, trial, sequence, sentAtMs: Math.round(parts.dateMs()), ...standing },
        standing,
      };
    }
    const { status } = unsettled ?? {};
    if (!status) return;
    const sentMs = parts.nowMs();
    clearTimeout(timer);
    isUnderWay = true;
    parts.onNews?.({ kind: 'sent', sequence });
    try {
      await parts.post(status);
      [settled, unsettled, failures] = [standing, undefined, 0];
      notBeforeMs = sentMs + everyMs;
      parts.onNews?.({ kind: 'landed', sequence, tookMs: parts.nowMs() - sentMs });
    } catch (error) {
      refused(standing, error instanceof Problem ? error.status : 0);
    }
    isUnderWay = false;
    pump();
  };
  const refused = (standing: Standing, status: number) => {
    const most = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
    // Half of it is sure: a crowd that was refused at once does not come back at once.
    const retryMs = mayPass(status) ? most / 2 + (parts.random() * most) / 2 : undefined;
    failures += 1;
    notBeforeMs = parts.nowMs() + Math.max(retryMs ?? 0, parts.everyMs);
    if (retryMs === undefined) [settled, unsettled] = [standing, undefined];
    parts.onNews?.({ kind: 'refused', sequence, status, retryMs });
  };

  return {
    offer(standing) {
      if (isClosed || isLast) return;
      newest = standing;
      pump();
    },
    finish(standing) {
      if (!isClosed && !isLast) {
        [newest, isLast] = [standing, true];
        const giveUp = setTimeout(() => close(false), LAST_WITHIN_MS);
        void done.promise.then(() => clearTimeout(giveUp));
        pump();
      }
      return done.promise;
    },
    close: () => close(false),
  };
}
