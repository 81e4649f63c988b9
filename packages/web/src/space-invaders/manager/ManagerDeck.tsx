import { type ComponentProps, type ReactNode, useEffect, useState } from 'react';
import { Action } from '../../cabinet/Action.tsx';
import type { GameSession, GameType, SessionPhase } from '../session.ts';
import type { Manager } from './useManager.ts';
import { TYPES, USUAL, whyNoStart, wishIn } from './words.ts';

/** How long a second press counts, in milliseconds. */
const ARMED_MS = 5_000;

/** Closes the session, which nobody can open again: asks before it does. */
function CloseAction({ onClose }: { onClose: () => Promise<void> }) {
  const [isArmed, setArmed] = useState(false);
  useEffect(() => {
    if (!isArmed) return;
    const timer = setTimeout(() => setArmed(false), ARMED_MS);
    return () => clearTimeout(timer);
  }, [isArmed]);
  return (
    <span className="close-session">
      <Action
        label={isArmed ? 'Close for all?' : 'Close'}
        pendingLabel="Closing…"
        onAct={async () => {
          if (!isArmed) return setArmed(true);
          await onClose();
          setArmed(false);
        }}
      />
    </span>
  );
}

/** What a new session is to be. */
function NewSession({ open, children }: Pick<Manager, 'open'> & { children: ReactNode }) {
  const [fields, setFields] = useState(USUAL);
  const found = wishIn(fields);
  const problem = 'problem' in found ? found.problem : undefined;
  const set = (next: Partial<typeof fields>) => setFields({ ...fields, ...next });
  const number = (
    label: string,
    name: 'seats' | 'minutes',
    width: Pick<ComponentProps<'input'>, 'size' | 'maxLength'>,
    isShown = true,
  ) => (
    <label data-shown={isShown}>
      <span>{label}</span>
      <input
        className="field"
        inputMode="numeric"
        autoComplete="off"
        {...width}
        value={fields[name]}
        aria-invalid={problem !== undefined}
        onChange={({ target }) => set({ [name]: target.value })}
      />
    </label>
  );
  return (
    <div className="new-session">
      <label className="game-type">
        <span>They play</span>
        <select
          className="field"
          value={fields.gameType}
          onChange={({ target }) => set({ gameType: target.value as GameType })}
        >
          {Object.entries(TYPES).map(([type, words]) => (
            <option key={type} value={type}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {number('Seats', 'seats', { size: 4, maxLength: 7 })}
      {number('Minutes', 'minutes', { size: 2, maxLength: 2 }, fields.gameType === 'TIME_CONSTRAINED')}
      <label className="together">
        <input
          type="checkbox"
          checked={fields.isSynchronized}
          onChange={({ target }) => set({ isSynchronized: target.checked })}
        />
        <span>All start together</span>
      </label>
      <Action
        isPrimary
        label="Open"
        pendingLabel="Opening…"
        unavailable={problem}
        onAct={() => ('wish' in found ? open(found.wish) : undefined)}
      />
      {children}
    </div>
  );
}

export interface ManagerDeckProps extends Pick<Manager, 'open' | 'close' | 'start' | 'tell'> {
  session: GameSession | undefined;
  phase: SessionPhase;
  /** The session of which players hear something else than what stands in the table. */
  unheard: GameSession | undefined;
  /** Lets in a bot, and why it cannot be. */
  bot: { letIn: () => Promise<void>; unavailable: string | undefined };
  /** How the session stands, in words. */
  words: string;
  /** What stands at the end, whatever there is to do. */
  children: ReactNode;
}

/** Opens a session, calls its start, closes it. */
export function ManagerDeck({ session, phase, unheard, bot, words, children, ...deeds }: ManagerDeckProps) {
  if (!session || session.closedAtMs !== undefined) return <NewSession open={deeds.open}>{children}</NewSession>;
  return (
    <div className="manager-deck">
      <Action
        isPrimary
        label="Start"
        pendingLabel="Calling…"
        unavailable={whyNoStart(session, phase)}
        onAct={() => deeds.start(session.sessionId)}
      />
      <span className="session-words" role="status">
        {words}
      </span>
      {unheard && <Action label="Tell players" pendingLabel="Telling…" onAct={() => deeds.tell(unheard)} />}
      <Action label="Let in a bot" pendingLabel="Coming in…" unavailable={bot.unavailable} onAct={bot.letIn} />
      <CloseAction key={session.sessionId} onClose={() => deeds.close(session.sessionId)} />
      {children}
    </div>
  );
}
