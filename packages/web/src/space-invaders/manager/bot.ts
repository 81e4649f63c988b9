import { Account, type AccountConfig } from '../../account/account.ts';
import { newGuest } from '../../account/guest.ts';
import type { IdToken } from '../../lib/asPlayer.ts';
import type { Player, PlayerState } from '../player.ts';
import { playerAtService } from '../playerAtService.ts';
import type { GameSession, SessionPhase } from '../session.ts';
import { pilot } from './pilot.ts';

/** A gamer by machine: it has an account and a seat of its own, and plays the same game by the same calls as everybody. */
export interface Bot {
  name: string;
  state(): PlayerState;
  subscribe(listener: () => void): () => void;
  follow(session: GameSession | undefined, phase: SessionPhase): void;
  /** Gives the seat back. */
  close(): void;
}

/** Whom a bot plays as. */
export interface BotAccount {
  name: string;
  idToken: IdToken;
}

/** Makes an account for a bot, beside the one of this browser: nobody but this page can be it. Throws `AccountError`. */
export async function makeBotAccount(config: AccountConfig): Promise<BotAccount> {
  const kept = new Map<string, string>();
  const account = new Account({
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    onStored: () => {},
    nowMs: Date.now,
    config: async () => config,
    pool: async (address) => (await import('../../account/userPool.ts')).userPool(address),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    guest: () => newGuest((bytes) => crypto.getRandomValues(bytes), 'bot'),
  });
  await account.playAsGuest();
  return { name: account.state().player?.name ?? 'bot', idToken: account.idToken };
}

/** What a bot stands on. */
export interface BotParts extends BotAccount {
  /** Between two statuses, in milliseconds. */
  statusEveryMs: number;
  /** What time it is at the service, in milliseconds since the epoch. */
  dateMs(): number;
}

/** Thirty frames a second: also in a window that nobody looks at, where nothing is drawn. */
const FRAME_MS = 33;
const TICK_MS = 5_000;
/** Before it plays again, in milliseconds. */
const REST_MS = 3_000;

const botOf = ({ idToken, statusEveryMs, dateMs }: BotParts): Player =>
  playerAtService({
    onNextFrame(next) {
      const timer = setTimeout(next, FRAME_MS);
      return () => clearTimeout(timer);
    },
    everyMs: () => statusEveryMs,
    ...{ idToken, dateMs, pilot },
  });

/** Lets a bot in that takes a seat, plays, and plays again where one may, until it is closed. */
export function createBot(parts: BotParts, player: Player = botOf(parts)): Bot {
  let session: GameSession | undefined;
  let phase: SessionPhase = 'none';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ticking = setInterval(player.tick, TICK_MS);

  const mayAgain = () => phase === 'running' && session?.gameType !== 'SINGLE_TRIAL';
  const look = () => {
    const { run } = player.state();
    if (run?.phase !== 'over' || timer !== undefined || !mayAgain()) return;
    timer = setTimeout(() => {
      timer = undefined;
      if (mayAgain()) void player.play();
    }, REST_MS);
  };
  const unsubscribe = player.subscribe(look);
  return {
    name: parts.name,
    state: player.state,
    subscribe: player.subscribe,
    follow(next, nextPhase) {
      const isNew = next?.sessionId !== session?.sessionId;
      [session, phase] = [next, nextPhase];
      player.follow(next, nextPhase);
      const isOpen = phase === 'running' || phase === 'waiting' || phase === 'called';
      if (isNew && isOpen) void player.play();
    },
    close() {
      clearTimeout(timer);
      clearInterval(ticking);
      unsubscribe();
      player.leave();
      player.close();
    },
  };
}
