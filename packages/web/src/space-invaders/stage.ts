import type { Standing as Score } from './game/engine.ts';
import type { SeatRefusal } from './service.ts';
import type { GameSession, SessionPhase } from './session.ts';

/** Whether the player has a seat in the session that is open. */
export type SeatState =
  | { kind: 'none' }
  /** `trial`: the next that may be begun. */
  | { kind: 'held'; sessionId: string; trial: number }
  /** `words` of what failed otherwise. */
  | { kind: 'refused'; why: SeatRefusal | 'failed'; words: string };

/** What is played, or was played last. */
export interface RunState extends Score {
  phase: 'playing' | 'paused' | 'over';
  /** Nobody counts it. */
  isPractice: boolean;
}

/** All that decides what stands on the screen and what the button does. */
export interface Standing {
  /** `in`: it is known who plays. */
  account: 'asking' | 'closed' | 'out' | 'in';
  /** Whether one can play as a guest. */
  canBeGuest: boolean;
  /** Whether it is known if a session is open. */
  isAsked: boolean;
  session: GameSession | undefined;
  phase: SessionPhase;
  seat: SeatState;
  run: RunState | undefined;
}

/** What the one primary button does. */
export type Deed = 'guest' | 'sign-in' | 'play' | 'join' | 'practise' | 'pause' | 'resume' | 'none';

/** What is to be seen. */
export interface Shown {
  /** Over the field; undefined while it is played. */
  title: string | undefined;
  text: string;
  deed: Deed;
  label: string;
  pendingLabel?: string;
  /** Why the button does nothing now. */
  unavailable?: string;
  /** Counts down to the start. */
  isCounting?: boolean;
  /** A manager has to open a session before anybody can play for points: whoever looks may be one. */
  canOpen?: boolean;
}

const practise = (title: string, text: string): Shown => ({ title, text, deed: 'practise', label: 'Practise' });

/** What is won by, in a sentence. */
export function rulesOf({ gameType, minutes, seats }: GameSession): string {
  const room = `There is room for ${seats.toLocaleString('en')}.`;
  switch (gameType) {
    case 'MULTIPLE_TRIALS':
      return `Play as often as you like: your best game counts. ${room}`;
    case 'SINGLE_TRIAL':
      return `One game each: make it count. ${room}`;
    case 'TIME_CONSTRAINED':
      return `Your best game within ${minutes ?? 'a few'} minutes counts. ${room}`;
  }
}

/** What stands on the screen, and what the button does: one sentence for each state that there is. */
export function shownAt(standing: Standing): Shown {
  const { account, canBeGuest, isAsked, session, phase, run } = standing;
  if (run?.phase === 'playing') return { title: undefined, text: '', deed: 'pause', label: 'Pause' };
  if (run?.phase === 'paused')
    return { title: 'Paused', text: 'Nothing moves until you go on.', deed: 'resume', label: 'Go on' };
  if (account === 'closed') return practise('Nobody can sign in', 'On this stage there is practice only.');
  if (account === 'out') {
    const text = 'Everybody’s score is on one board, as it happens.';
    return canBeGuest
      ? { title: 'Space Invaders', text, deed: 'guest', label: 'Play as a guest', pendingLabel: 'Coming in…' }
      : { title: 'Space Invaders', text, deed: 'sign-in', label: 'Sign in' };
  }
  if (account === 'asking' || !isAsked)
    return {
      title: 'Space Invaders',
      text: 'Looking for a session…',
      deed: 'none',
      label: 'Play',
      unavailable: 'It is not known yet whether a session is open.',
    };
  if (!session || phase === 'none')
    return {
      ...practise(
        'No session is open',
        'A manager opens one: this page hears of it at once. Until then you can practise; nobody counts it.',
      ),
      canOpen: true,
    };
  if (phase === 'over')
    return {
      ...practise('The session is over', `${lastGame(run)}The board stays as it ended; the next session is told here.`),
      canOpen: true,
    };
  return inSession(standing, session);
}

const lastGame = (run: RunState | undefined) =>
  run && !run.isPractice ? `${run.score.toLocaleString('en')} points in your last game. ` : '';

/** While a session goes on. */
function inSession({ seat, phase, run }: Standing, session: GameSession): Shown {
  if (seat.kind === 'refused') return refused(seat, session);
  if (phase === 'running') {
    const play = { deed: 'play', pendingLabel: 'Taking a seat…' } as const;
    if (run?.phase !== 'over') return { ...play, title: 'A session is open', text: rulesOf(session), label: 'Play' };
    const { score, level, isPractice } = run;
    const result = `${score.toLocaleString('en')} points, level ${level}.`;
    if (isPractice) return { ...play, title: 'Practised', text: `${result} Nobody counted it.`, label: 'Play' };
    if (session.gameType === 'SINGLE_TRIAL')
      return practise('Game over', `${result} It was one game each: see on the board what becomes of it.`);
    return { ...play, title: 'Game over', text: `${result} Your best game counts.`, label: 'Play again' };
  }
  if (seat.kind === 'none')
    return {
      title: phase === 'called' ? 'It is about to start' : 'A session is open',
      text: `Everybody starts at the same moment. ${rulesOf(session)}`,
      deed: 'join',
      label: 'Join',
      pendingLabel: 'Taking a seat…',
    };
  if (phase === 'called')
    return {
      title: undefined,
      text: 'Everybody starts at the same moment, whatever their clock says.',
      deed: 'none',
      label: 'Ready',
      unavailable: 'It starts by itself.',
      isCounting: true,
    };
  return practise(
    'You are in',
    'A manager starts it for everybody at once. You may practise until then; it stops when it gets serious.',
  );
}

function refused({ why, words }: SeatState & { kind: 'refused' }, { seats }: GameSession): Shown {
  const again = { deed: 'join', label: 'Try again', pendingLabel: 'Taking a seat…' } as const;
  switch (why) {
    case 'session-full':
      return {
        ...again,
        title: seats === 1 ? 'The one seat is taken' : `All ${seats.toLocaleString('en')} seats are taken`,
        text: 'One is free when somebody leaves, or does nothing for a minute. Try again.',
      };
    case 'cannot-play-again':
      return practise('You have had your game', 'This session gives one each. The board goes on.');
    case 'session-closed':
    case 'no-session':
      return practise('The session is closed', 'Nobody can join any more. The next one is told here.');
    case 'failed':
      return { ...again, title: 'No seat yet', text: words };
  }
}
