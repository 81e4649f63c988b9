import { READY_MS, type Standing, standingOf } from './game/engine.ts';
import type { Run } from './game/run.ts';
import type { StatusNews, StatusSender } from './game/statusSender.ts';
import { type Join, type Seat, seatRefusal } from './service.ts';
import type { GameSession, SessionPhase } from './session.ts';
import type { RunState, SeatState } from './stage.ts';

/** What a player plays with. */
export interface PlayerParts {
  startRun(readyMs: number): Run;
  startSending(of: { sessionId: string; trial: number; onNews: (news: StatusNews) => void }): StatusSender;
  /** Rejects with `Problem`. */
  takeSeat(join: Join): Promise<Seat>;
  leaveSeat(sessionId: string): Promise<unknown>;
  /** A clock that never goes back, in milliseconds. */
  nowMs(): number;
  /** What became of a status, for whoever draws it. */
  onNews?(news: StatusNews): void;
}

/** What is to be seen of a player. */
export interface PlayerState {
  seat: SeatState;
  run: RunState | undefined;
  /** The game itself, for whoever draws it and has the keys. */
  current: Run | undefined;
  /** The latest status was not taken: how it was answered; 0 for not at all. */
  trouble: number | undefined;
}

/**
 * A seat of which the board hears nothing for a minute is given away. That a status was taken does not say that the board has heard of it:
 * whoever plays asks for the seat before that, by which it is kept, or had again.
 */
const ASK_AGAIN_MS = 30_000;

const NOBODY: PlayerState = { seat: { kind: 'none' }, run: undefined, current: undefined, trouble: undefined };

/** Somebody at this page: has a seat or not, plays or not. */
export class Player {
  readonly #parts: PlayerParts;
  readonly #listeners = new Set<() => void>();
  #state = NOBODY;
  #session: GameSession | undefined;
  #phase: SessionPhase = 'none';
  /** What tells of the current trial; undefined while nobody counts. */
  #counted: { trial: number; sender: StatusSender } | undefined;
  #lastTrial = 0;
  #seatedMs = 0;

  constructor(parts: PlayerParts) {
    this.#parts = parts;
  }

  readonly state = (): PlayerState => this.#state;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** How far the session is by now: begins what everybody begins, and ends what is over. */
  follow(session: GameSession | undefined, phase: SessionPhase): void {
    const [isOther, hasMoved] = [session?.sessionId !== this.#session?.sessionId, phase !== this.#phase];
    [this.#session, this.#phase] = [session, phase];
    if (isOther) this.#forget();
    if (!isOther && !hasMoved) return;
    if (phase === 'over') this.#closeUp();
    // Practice is over when it gets serious.
    if (phase === 'called' && this.#state.current) this.#end();
    const { seat } = this.#state;
    if (phase === 'running' && session?.isSynchronized && seat.kind === 'held') this.#begin(0, seat.trial);
  }

  /** Takes a seat, and begins if the session runs. */
  async play(): Promise<void> {
    const trial = await this.#seatIn();
    if (trial !== undefined && this.#phase === 'running' && !this.#counted) this.#begin(READY_MS, trial);
  }

  practise(): void {
    this.#begin(READY_MS);
  }

  pause(): void {
    const { run, current } = this.#state;
    if (run?.phase !== 'playing' || !current) return;
    current.pause();
    this.#set({ run: { ...run, phase: 'paused' } });
  }

  resume(): void {
    const { run, current } = this.#state;
    if (run?.phase !== 'paused' || !current) return;
    current.resume();
    this.#set({ run: { ...run, phase: 'playing' } });
    this.#stay();
  }

  leave(): void {
    const { seat } = this.#state;
    this.#end();
    if (seat.kind === 'held') this.#parts.leaveSeat(seat.sessionId).catch(() => undefined);
    this.#set({ seat: { kind: 'none' }, run: undefined });
  }

  /** The connection is there again: without one the seat may have been given away. */
  reconnected(): void {
    if (this.#counted) this.#stay();
    else if (this.#state.seat.kind === 'held' && this.#phase !== 'over') void this.#seatIn();
  }

  /** From time to time: whoever plays says that they are there. */
  readonly tick = (): void => {
    const isDue = this.#parts.nowMs() - this.#seatedMs >= ASK_AGAIN_MS;
    if (isDue && this.#state.run?.phase === 'playing') this.#stay();
  };

  close(): void {
    this.#end();
    [this.#session, this.#phase, this.#state] = [undefined, 'none', NOBODY];
  }

  #set(next: Partial<PlayerState>): void {
    this.#state = { ...this.#state, ...next };
    for (const listener of this.#listeners) listener();
  }

  /** Of another session nobody has a seat yet; practice goes on. */
  #forget(): void {
    this.#lastTrial = 0;
    if (this.#counted) this.#end();
    this.#set({ seat: { kind: 'none' }, run: this.#state.current ? this.#state.run : undefined });
  }

  #closeUp(): void {
    if (this.#counted) this.#end();
    this.#set({ seat: { kind: 'none' } });
  }

  /** Ends the game where it is. */
  #end(): void {
    const { current, run } = this.#state;
    current?.stop();
    this.#counted?.sender.close();
    this.#counted = undefined;
    this.#set({ current: undefined, trouble: undefined, run: run && { ...run, phase: 'over' } });
  }

  #begin(readyMs: number, trial?: number): void {
    this.#end();
    const run = this.#parts.startRun(readyMs);
    if (this.#session && trial !== undefined) {
      const { sessionId } = this.#session;
      this.#lastTrial = trial;
      this.#seatedMs = this.#parts.nowMs();
      const sender = this.#parts.startSending({ sessionId, trial, onNews: (news) => this.#hear(news) });
      this.#counted = { trial, sender };
    }
    run.watch({ onStanding: (standing) => this.#tell(run, standing) });
    const isPractice = this.#counted === undefined;
    this.#set({ current: run, run: { ...standingOf(run.game), phase: 'playing', isPractice } });
  }

  #tell(run: Run, standing: Standing): void {
    if (this.#state.current !== run) return;
    const [counted, isOver] = [this.#counted, run.game.phase === 'over'];
    this.#set({ run: { ...standing, phase: isOver ? 'over' : 'playing', isPractice: counted === undefined } });
    if (!isOver) counted?.sender.offer(standing);
    else {
      void counted?.sender.finish(standing);
      this.#counted = undefined;
      this.#set({ current: undefined });
    }
  }

  #hear(news: StatusNews): void {
    if (news.kind === 'refused') this.#set({ trouble: news.status });
    else if (news.kind === 'landed' && this.#state.trouble !== undefined) this.#set({ trouble: undefined });
    this.#parts.onNews?.(news);
  }

  #stay(): void {
    if (this.#counted) void this.#seatIn(this.#counted.trial);
  }

  /** Takes the seat, or keeps it; `playing` is the trial that goes on. Gives the one that may be begun, and nothing without a seat. */
  async #seatIn(playing?: number): Promise<number | undefined> {
    const session = this.#session;
    if (!session) return undefined;
    const { sessionId } = session;
    try {
      const seat = await this.#parts.takeSeat({ sessionId, ...(playing !== undefined && { trial: playing }) });
      if (this.#session?.sessionId !== sessionId) return undefined;
      const trial = Math.max(seat.trial, this.#lastTrial + 1);
      this.#seatedMs = this.#parts.nowMs();
      this.#set({ seat: { kind: 'held', sessionId, trial } });
      return trial;
    } catch (error) {
      if (this.#session?.sessionId === sessionId) this.#refused(error, playing !== undefined);
      return undefined;
    }
  }

  #refused(error: unknown, isPlaying: boolean): void {
    const why = seatRefusal(error);
    // Whoever plays goes on when nobody has answered: they may have their seat all the same.
    if (why === undefined && isPlaying) return;
    if (isPlaying) this.#end();
    const words = error instanceof Error ? error.message : String(error);
    this.#set({ seat: { kind: 'refused', why: why ?? 'failed', words } });
  }
}
