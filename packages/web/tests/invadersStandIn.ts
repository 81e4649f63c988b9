import type { Page, Route, WebSocketRoute } from 'playwright-core';
import type { Status } from '../src/space-invaders/game/statusSender.ts';
import type { Row } from '../src/space-invaders/service.ts';
import type { GameSession } from '../src/space-invaders/session.ts';

/** A service in whose place the test answers: what the page asks, and what it says over the socket. */
export interface StandIn {
  session: GameSession | undefined;
  rows: Row[];
  /** How the next joins are answered: a problem's kind; nothing gives a seat. */
  refusals: string[];
  /** How the next statuses are answered: 202 without one. */
  statuses: number[];
  /** How often it wants pages to ask for the board, in milliseconds. */
  boardEveryMs: number;
  /** By how much its clock is ahead of the page's, in milliseconds. */
  aheadMs: number;
  /** Takes no connection, and ends those that are there. */
  isDeaf: boolean;
  readonly joins: { sessionId: string; trial?: number }[];
  readonly leaves: unknown[];
  readonly posted: Status[];
  /** Tells all pages how the session is now. */
  tell(session: GameSession): void;
  /** Ends the connections. */
  hangUp(): void;
}

const json = (route: Route, status: number, body: unknown) =>
  route.fulfill({ status, contentType: 'application/json', body: JSON.stringify(body) });

/** Stands in for the service in a page that is not loaded yet. */
export async function standIn(page: Page, session?: GameSession): Promise<StandIn> {
  const sockets = new Set<WebSocketRoute>();
  const made: StandIn = {
    ...{ session, rows: [], refusals: [], statuses: [], boardEveryMs: 2_000, aheadMs: 0, isDeaf: false },
    ...{ joins: [], leaves: [], posted: [] },
    tell(next) {
      made.session = next;
      const detail = next;
      for (const socket of sockets)
        socket.send(JSON.stringify({ id: 'x', type: 'space_invaders.session_changed', version: 1, detail }));
    },
    hangUp() {
      for (const socket of sockets) void socket.close();
      sockets.clear();
    },
  };
  const nowMs = () => Date.now() + made.aheadMs;
  const allocate = (route: Route) => {
    const join = route.request().postDataJSON() as StandIn['joins'][number];
    made.joins.push(join);
    const refusal = made.refusals.shift();
    if (refusal !== undefined)
      return json(route, 409, { type: `urn:arcade:space-invaders:${refusal}`, title: 'Conflict', detail: refusal });
    const trial = Math.max(0, ...made.posted.map((one) => one.trial)) + 1;
    return json(route, 200, { sessionId: join.sessionId, seatedAtMs: nowMs(), trial });
  };
  const answers: Record<string, (route: Route) => Promise<void>> = {
    '/config': (route) => {
      const { boardEveryMs } = made;
      return json(route, 200, { region: 'eu-west-1', statusEveryMs: 300, boardEveryMs, manager: {} });
    },
    '/session': (route) =>
      made.session ? json(route, 200, made.session) : json(route, 404, { title: 'Not Found', detail: 'none' }),
    '/scoreboard': (route) => json(route, 200, { scoreboard: made.rows, nowMs: nowMs() }),
    '/allocate': allocate,
    '/deallocate': (route) => {
      made.leaves.push(route.request().postDataJSON());
      return json(route, 200, { freed: true });
    },
    '/updatestatus': (route) => {
      const status = made.statuses.shift() ?? 202;
      if (status === 202) made.posted.push(route.request().postDataJSON() as Status);
      return status === 0 ? route.abort() : json(route, status, {});
    },
  };
  await page.route('**/api/space-invaders/**', (route) => {
    const path = new URL(route.request().url()).pathname.replace('/api/space-invaders', '');
    return answers[path]?.(route) ?? json(route, 404, {});
  });
  await page.routeWebSocket(/\/api\/space-invaders\/socket/, (socket) => {
    if (made.isDeaf) return void socket.close();
    sockets.add(socket);
    socket.onMessage((message) => {
      if (String(message).includes('ping')) socket.send(JSON.stringify({ type: 'pong', nowMs: nowMs() }));
    });
    socket.onClose(() => void sockets.delete(socket));
  });
  return made;
}
