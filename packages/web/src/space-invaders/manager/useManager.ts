import { useCallback, useEffect, useRef, useState } from 'react';
import { AccountError } from '../../account/accountError.ts';
import { type UseAccount, useAccount } from '../../account/useAccount.ts';
import type { Lamp } from '../../cabinet/Cabinet.tsx';
import { Problem } from '../../lib/api.ts';
import { awsPlace, credentialsAt, isDenied, isElsewhere } from '../../lib/aws.ts';
import { serverTime } from '../../lib/serverClock.ts';
import { usePolling } from '../../lib/usePolling.ts';
import { askConfig } from '../service.ts';
import { type GameSession, newerOf } from '../session.ts';
import { type UseSession, useSession } from '../useSession.ts';
import type { ManagerPorts } from './ports.ts';
import { closeSession, openSession, type SessionParts, type Wish } from './sessions.ts';
import { type ManagerConfig, managerConfigIn } from './shapes.ts';
import { type Sight, Watch } from './watch.ts';

/** What the page knows of who looks. */
export type Access =
  /** It is not known yet. */
  | { kind: 'asking' }
  /** Nobody is signed in. */
  | { kind: 'out' }
  /** AWS does not let them: why, in its words. */
  | { kind: 'denied'; why: string }
  /** The page is open where AWS is not reached: a sentence that says so. */
  | { kind: 'elsewhere'; why: string }
  | { kind: 'in'; sight: Sight };

export interface Manager {
  account: UseAccount;
  access: Access;
  lamp: Lamp;
  /** The newest session, whoever told of it: the table, or the socket. */
  newest: GameSession | undefined;
  /** What time it is at the service, in milliseconds since the epoch. */
  nowMs: () => number;
  statusEveryMs: number;
  open: (wish: Wish) => Promise<void>;
  close: (sessionId: string) => Promise<void>;
  start: (sessionId: string) => Promise<void>;
  /** Tells players of a session what stands in the table. */
  tell: (session: GameSession) => Promise<void>;
  /** Asks AWS once more, as whoever one is by now. */
  askAgain: () => Promise<void>;
}

/** Before the config says how often. */
const LOOK_MS = 1_500;
const STATUS_MS = 300;
/** Whoever is not let in need not knock all the time, in milliseconds. */
const DENIED_MS = 30_000;

/** All that looks at AWS, and what it was made with. */
interface Made {
  ports: ManagerPorts & { close(): void };
  watch: Watch;
  config: ManagerConfig;
  statusEveryMs: number;
}

/** Why nothing is seen, however often it is asked. */
type Refusal = Extract<Access, { why: string }>;
type Seen = { kind: 'visitor' } | Refusal | { kind: 'sight'; sight: Sight };

function refusalIn(error: unknown): Refusal | undefined {
  if (isElsewhere(error)) return { kind: 'elsewhere', why: (error as Error).message };
  return isDenied(error) ? { kind: 'denied', why: (error as Error).message } : undefined;
}

/** Loads the SDK, and looks at AWS with it as whoever is signed in. */
async function make(idToken: UseAccount['idToken'], nowMs: () => number): Promise<Made> {
  const [place, stage, { awsPorts }] = await Promise.all([awsPlace(), askConfig(), import('./awsPorts.ts')]);
  const config = managerConfigIn(stage);
  const ports = awsPorts(config, place, credentialsAt(place, { idToken, nowMs: Date.now }));
  return { ports, watch: new Watch({ ports, config, nowMs }), config, statusEveryMs: stage.statusEveryMs };
}

/** Follows a session with a manager's eyes, and does what managers do. `chosen` is the past session whose board is looked at. */
export function useManager(chosen: string | undefined): Manager {
  const account = useAccount();
  const { player, idToken } = account;
  // The socket takes whoever opens it for what they were then: who has become a manager opens another.
  const line = useSession({ playerId: player && [player.id, ...player.groups].join(' '), idToken });
  const { session, clock, hearSession } = line;
  const latest = useRef({ chosen, clock, idToken });
  useEffect(() => {
    latest.current = { chosen, clock, idToken };
  }, [chosen, clock, idToken]);
  const nowMs = useCallback(() => serverTime(latest.current.clock, Date.now()), []);

  const [everyMs, setEveryMs] = useState(LOOK_MS);
  const [statusEveryMs, setStatusEveryMs] = useState(STATUS_MS);
  const making = useRef<Promise<Made>>(undefined);
  const denied = useRef<{ refusal: Refusal; untilMs: number }>(undefined);
  const forget = useCallback(() => {
    void making.current?.then(({ ports }) => ports.close()).catch(() => undefined);
    making.current = undefined;
    denied.current = undefined;
  }, []);
  const made = useCallback((): Promise<Made> => {
    making.current ??= make((options) => latest.current.idToken(options), nowMs).catch((error: unknown) => {
      making.current = undefined;
      throw error;
    });
    return making.current;
  }, [nowMs]);
  // Somebody else, or the same in other groups: AWS is asked as them.
  useEffect(() => player && forget, [player, forget]);

  const ask = useCallback(
    async (signal: AbortSignal): Promise<Seen> => {
      if (!player) {
        await askConfig(signal);
        return { kind: 'visitor' };
      }
      if (denied.current && performance.now() < denied.current.untilMs) return denied.current.refusal;
      try {
        const { watch, config, statusEveryMs: each } = await made();
        const sight = await watch.look(latest.current.chosen);
        setStatusEveryMs(each);
        setEveryMs(config.managerEveryMs);
        return { kind: 'sight', sight };
      } catch (error) {
        const refusal = refusalIn(error);
        if (refusal) {
          if (!signal.aborted) denied.current = { refusal, untilMs: performance.now() + DENIED_MS };
          return refusal;
        }
        // Credentials that are worth nothing any more, or a service that was set up anew: all is asked for again.
        if (!(error instanceof Problem)) forget();
        throw error instanceof AccountError ? new Problem(0, 'Not signed in', error.message) : error;
      }
    },
    [player, made, forget],
  );
  const { value, lamp, refresh } = usePolling(ask, everyMs);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each of them something else is seen.
  useEffect(() => {
    void making.current?.then(({ watch }) => watch.hear());
    refresh();
  }, [chosen, session, refresh]);

  const sight = value?.kind === 'sight' ? value.sight : undefined;
  const inTable = sight?.sessions[0];
  return {
    ...{ account, lamp, nowMs, statusEveryMs },
    access: accessOf(account, value),
    newest: inTable ? newerOf(session, inTable) : session,
    ...useDeeds({ made, refresh, hearSession, start: line.start, nowMs }),
    askAgain: async () => {
      await idToken({ isRefused: true });
      forget();
      refresh();
    },
  };
}

function accessOf({ status }: UseAccount, seen: Seen | undefined): Access {
  if (status === 'signed-out' || status === 'closed') return { kind: 'out' };
  if (seen?.kind === 'denied' || seen?.kind === 'elsewhere') return seen;
  return seen?.kind === 'sight' && status === 'signed-in' ? { kind: 'in', sight: seen.sight } : { kind: 'asking' };
}

interface DeedParts extends Pick<UseSession, 'hearSession' | 'start'> {
  made: () => Promise<Made>;
  refresh: () => void;
  nowMs: () => number;
}

/** What a manager does. Each rejects with an Error whose message is a sentence. */
function useDeeds({ made, refresh, hearSession, start, nowMs }: DeedParts) {
  const change = useCallback(
    async (run: (parts: SessionParts) => Promise<GameSession | undefined>) => {
      const { ports, watch } = await made();
      try {
        const session = await run({ ...ports, nowMs, random: Math.random });
        if (session) hearSession(session);
      } finally {
        watch.hear();
        refresh();
      }
    },
    [made, refresh, hearSession, nowMs],
  );
  return {
    open: useCallback((wish: Wish) => change((parts) => openSession(wish, parts)), [change]),
    close: useCallback((sessionId: string) => change((parts) => closeSession(sessionId, parts)), [change]),
    start: useCallback(
      async (sessionId: string) => {
        await start(sessionId);
        refresh();
      },
      [start, refresh],
    ),
    tell: useCallback(
      (session: GameSession) =>
        change(async ({ parameter }) => {
          await parameter.write(session);
          return session;
        }),
      [change],
    ),
  };
}
