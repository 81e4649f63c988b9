import { Link } from 'wouter';
import { Time } from '../../ui/Time.tsx';
import type { GameSession } from '../session.ts';
import { olderWords, seatWords, TYPES } from './words.ts';
import './pastSessions.css';

export interface PastSessionsProps {
  /** Undefined while they are not known. */
  sessions: readonly GameSession[] | undefined;
  /** The session whose board is shown. */
  shown: string | undefined;
  /** Where the page is, without a query. */
  path: string;
}

/** The newest sessions: each leads to its board, which is kept, as those of older ones are. */
export function PastSessions({ sessions, shown, path }: PastSessionsProps) {
  const older = olderWords(sessions?.length ?? 0);
  return (
    <section className="card past-sessions" aria-labelledby="past-sessions-title">
      <h2 id="past-sessions-title">Sessions</h2>
      {sessions?.length === 0 && <p className="soft">None yet: open the first one.</p>}
      <ul>
        {sessions?.map(({ sessionId, gameType, seats, openedAtMs, closedAtMs }, index) => (
          <li key={sessionId}>
            <Link
              href={index === 0 ? path : `${path}?session=${encodeURIComponent(sessionId)}`}
              aria-current={sessionId === shown ? 'true' : undefined}
            >
              <strong>
                <Time at={new Date(openedAtMs).toISOString()} />
              </strong>
              <span>
                {closedAtMs === undefined ? 'open · ' : ''}
                {TYPES[gameType]} · {seatWords(seats)}
              </span>
            </Link>
            <code className="session-id">{sessionId}</code>
          </li>
        ))}
        {older && <li className="soft">{older}</li>}
      </ul>
    </section>
  );
}
