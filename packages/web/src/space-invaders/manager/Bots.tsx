import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { AccountConfig } from '../../account/account.ts';
import { awsPlace } from '../../lib/aws.ts';
import type { GameSession, SessionPhase } from '../session.ts';
import type { Bot } from './bot.ts';
import type { Manager } from './useManager.ts';

/** More than one page need play. */
const MOST = 8;

export interface UseBots {
  bots: readonly Bot[];
  /** Rejects with a sentence. */
  letIn: () => Promise<void>;
  /** Why none can be let in now. */
  unavailable: string | undefined;
  dismiss: (bot: Bot) => void;
}

/** The bots that play in this page: they leave with it. */
export function useBots(
  session: GameSession | undefined,
  phase: SessionPhase,
  { nowMs, statusEveryMs, account }: Pick<Manager, 'nowMs' | 'statusEveryMs' | 'account'>,
): UseBots {
  const [bots, setBots] = useState<readonly Bot[]>([]);
  const all = useRef(bots);
  useEffect(() => {
    all.current = bots;
    for (const bot of bots) bot.follow(session, phase);
  }, [bots, session, phase]);
  useEffect(() => {
    const leave = () => {
      for (const bot of all.current) bot.close();
    };
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, []);
  const letIn = useCallback(async () => {
    const { createBot, makeBotAccount } = await import('./bot.ts');
    const theirs = await makeBotAccount((await awsPlace()) as AccountConfig);
    const bot = createBot({ ...theirs, statusEveryMs, dateMs: nowMs });
    setBots((before) => [...before, bot]);
  }, [nowMs, statusEveryMs]);
  const dismiss = useCallback((bot: Bot) => {
    bot.close();
    setBots((before) => before.filter((one) => one !== bot));
  }, []);
  const why = account.confirmsAtOnce
    ? undefined
    : 'On this stage an account needs a mail address, which a bot has not.';
  const unavailable = bots.length >= MOST ? `${MOST} bots are as many as one page plays.` : why;
  return { bots, letIn, unavailable: phase === 'over' ? 'The session is over.' : unavailable, dismiss };
}

function BotLine({ bot, onDismiss }: { bot: Bot; onDismiss: () => void }) {
  const { seat, run } = useSyncExternalStore(bot.subscribe, bot.state);
  const stand = run ? `${run.score.toLocaleString('en')} ${'▲'.repeat(run.lives)}` : 'has a seat';
  return (
    <li>
      <span className="bot-name" title={bot.name}>
        {bot.name}
      </span>
      <span className="bot-stand">{seat.kind === 'refused' ? 'no seat' : seat.kind === 'none' ? '–' : stand}</span>
      <button type="button" className="bot-dismiss" aria-label={`Send ${bot.name} away`} onClick={onDismiss}>
        ×
      </button>
    </li>
  );
}

/** Who plays by machine in this page, and how it goes. */
export function Bots({ bots, dismiss }: Pick<UseBots, 'bots' | 'dismiss'>) {
  if (bots.length === 0) return null;
  return (
    <section className="bots" aria-labelledby="bots-title">
      <h2 id="bots-title">Bots of this page</h2>
      <ul>
        {bots.map((bot) => (
          <BotLine key={bot.name} bot={bot} onDismiss={() => dismiss(bot)} />
        ))}
      </ul>
    </section>
  );
}
