import { type ReactNode, useEffect, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { SignIn } from '../../account/SignIn.tsx';
import { Action } from '../../cabinet/Action.tsx';
import { Cabinet } from '../../cabinet/Cabinet.tsx';
import { CopyCommand } from '../../cabinet/CopyCommand.tsx';
import { Lesson } from '../../cabinet/Lesson.tsx';
import { usePageTitle } from '../../ui/usePageTitle.ts';
import { Wire } from '../../wire/Wire.tsx';
import { spaceInvaders } from '../scenario.ts';
import { phaseAt } from '../session.ts';
import { tell } from '../teller.ts';
import { Bots, useBots } from './Bots.tsx';
import { FullBoard } from './FullBoard.tsx';
import { Instruments } from './Instruments.tsx';
import { ManagerDeck } from './ManagerDeck.tsx';
import { PastSessions } from './PastSessions.tsx';
import { type Manager, useManager } from './useManager.ts';
import { Wall } from './Wall.tsx';
import { stateWords } from './words.ts';
import './manager.css';

const lessonLinks = [
  {
    label: 'manager/sessions.ts',
    load: () => import('./sessions.ts?raw'),
    find: 'export async function openSession',
  },
  {
    label: 'manager/streamReader.ts',
    load: () => import('./streamReader.ts?raw'),
    find: 'export class StreamReader',
  },
  {
    label: 'decision: the manager’s page',
    load: () => import('../../../../../docs/decisions/manager-page.md?raw'),
    find: '## ',
  },
];

const lesson = (
  <Lesson
    question="sign in as a gamer in another browser and open this page there. Who refuses, and what does it say?"
    links={lessonLinks}
  >
    No service stands behind this page. It changes its sign-in for credentials of a manager’s role, and calls the
    parameter store, the tables and the stream itself. A session is written to the table first and to the parameter
    last: whoever hears of it finds it.
  </Lesson>
);

/** Turns every quarter of a second while something is counted down, and every second otherwise. */
function useTurns(everyMs: number): void {
  const [, setTurns] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurns((turns) => turns + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
}

/** What whoever may not manage finds here: why not, and how one comes to be let in. */
function Stranger({ children }: { children: ReactNode }) {
  return <div className="stranger">{children}</div>;
}

function Denied({ why, name }: { why: string; name: string }) {
  return (
    <Stranger>
      <strong>Managers only</strong>
      <p>This page asks AWS as {name}, and AWS says:</p>
      <p className="aws-words">{why}</p>
      <p>Whoever runs the arcade makes you a manager:</p>
      <CopyCommand command={`npm run manager -- ${name}`} />
    </Stranger>
  );
}

function ScreenOf({ manager, bots }: { manager: Manager; bots: ReactNode }) {
  const { access, account, newest } = manager;
  if (access.kind === 'out')
    return (
      <Stranger>
        <strong>Managers only</strong>
        <p>Sign in to open a session, start it for everybody at once, and put its board on the wall.</p>
      </Stranger>
    );
  if (access.kind === 'denied') return <Denied why={access.why} name={account.player?.name ?? 'you'} />;
  if (access.kind === 'elsewhere')
    return (
      <Stranger>
        <strong>Not from here</strong>
        <p>{access.why}</p>
      </Stranger>
    );
  const sight = access.kind === 'in' ? access.sight : undefined;
  const isPast = sight?.shown !== undefined && sight.shown.sessionId !== sight.sessions[0]?.sessionId;
  const isOpen = newest !== undefined && newest.closedAtMs === undefined;
  return (
    <div className="manager-screen">
      <FullBoard
        board={sight?.board ?? { rows: [], isCut: false }}
        moves={sight?.moves ?? new Map()}
        empty={sight ? 'Nobody has shot yet.' : 'Looking…'}
      />
      <Instruments sight={sight} seats={isOpen ? newest.seats : undefined} isPast={isPast}>
        {bots}
      </Instruments>
    </div>
  );
}

function DeckOf({ manager, onSignIn, children }: { manager: Manager; onSignIn: () => void; children: ReactNode }) {
  const { access, account } = manager;
  if (account.status === 'closed')
    return <Action isPrimary label="Sign in" unavailable="Nobody can sign in on this stage." onAct={() => {}} />;
  if (access.kind === 'out') return <Action isPrimary label="Sign in" onAct={onSignIn} />;
  if (access.kind === 'denied')
    return <Action isPrimary label="Ask again" pendingLabel="Asking…" onAct={manager.askAgain} />;
  return access.kind === 'in' ? children : null;
}

/** For managers: opens, starts and closes sessions, and sees the whole board; with `?wall` the board for a room. */
export function ManagerPage() {
  const [path] = useLocation();
  const [search] = useSearchParams();
  const isWall = search.has('wall');
  const chosen = isWall ? undefined : (search.get('session') ?? undefined);
  const manager = useManager(chosen);
  const { newest, access, lamp, nowMs } = manager;
  const phase = phaseAt(newest, nowMs());
  useTurns(phase === 'called' ? 250 : 1_000);
  const { bots, dismiss, ...bot } = useBots(newest, phase, manager);
  const [isSigningIn, setSigningIn] = useState(false);
  const sight = access.kind === 'in' ? access.sight : undefined;
  usePageTitle(isWall ? 'The wall · Space Invaders' : 'Manager · Space Invaders');
  return (
    <>
      <Cabinet
        scenario={{
          ...spaceInvaders,
          pattern: 'For managers: this page calls AWS by itself, with credentials of a role.',
        }}
        lamp={lamp}
        screen={<ScreenOf manager={manager} bots={<Bots bots={bots} dismiss={dismiss} />} />}
        deck={
          <DeckOf manager={manager} onSignIn={() => setSigningIn(true)}>
            <ManagerDeck
              session={newest}
              unheard={sight?.unheard}
              words={stateWords(newest, phase, nowMs())}
              {...{ phase, bot }}
              {...manager}
            >
              <a className="action wall-link" href={`${path}?wall`} target="_blank" rel="noreferrer">
                Wall
              </a>
            </ManagerDeck>
          </DeckOf>
        }
        wire={<Wire service={spaceInvaders.id} tell={tell} />}
        rail={
          <>
            {lesson}
            <PastSessions sessions={sight?.sessions} shown={sight?.shown?.sessionId} path={path} />
          </>
        }
      />
      {isWall && sight && <Wall sight={sight} lamp={lamp} session={newest} phase={phase} nowMs={nowMs()} />}
      {isSigningIn && <SignIn why="Managers only." onClose={() => setSigningIn(false)} />}
    </>
  );
}
