import { PublishError } from '@arcade/events';
import { ballHit, letCalled, serveCalled } from '@arcade/events/contracts/ping-pong';
import { buildEvent } from '@arcade/events/testing';
import { afterStroke, type Circumstances, type Hit, isPlayable } from '../domain/decide.ts';
import { type Announcement, type BallHit, type Match, newMatch, type ServeCalled } from '../domain/match.ts';
import type { MatchStore, Voice } from '../domain/ports.ts';
import { hitterOf, type Player } from '../domain/rules.ts';

let ids = 0;

/** What pong decides under: it hits, unless `random` says otherwise. */
export const circumstances = (overrides: Partial<Circumstances> = {}): Circumstances => ({
  player: 'pong',
  requestId: 'request-1',
  nowMs: 1_000_000,
  random: () => 0.5,
  newId: () => `id-${++ids}`,
  settings: { missProbability: 0.15, letAfterMs: 90_000, maxStrokes: 50, maxRalliesPerServe: 3 },
  ...overrides,
});

export const ball = (stroke: number, by: Player, rally = 1): BallHit =>
  buildEvent(ballHit, { rally, stroke, by }, { correlationId: 'chain' });
export const call = (rally: number, server: Player, ralliesLeft = 0): ServeCalled =>
  buildEvent(serveCalled, { rally, server, ralliesLeft }, { correlationId: 'chain' });
export const letOf = (rally: number): Announcement =>
  buildEvent(letCalled, { rally, strokes: 1, reason: 'ball-lost' }, { correlationId: 'chain' });

/** A stroke of a rally that ping has served. */
export function hitOf(stroke: number, overrides: Partial<Hit> = {}): Hit {
  const by = hitterOf('ping', stroke);
  const move = { requestId: `r-${stroke}`, causeId: `c-${stroke}`, atMs: 1000 + stroke };
  return { rally: 1, stroke, by, server: 'ping', move, ball: ball(stroke, by), ...overrides };
}

/** Ping has served. */
export function served(overrides: Partial<Match> = {}): Match {
  const { rally, ...rest } = newMatch();
  return { ...afterStroke({ ...rest, rally: { ...rally, number: 1, inPlay: true } }, hitOf(1)), ...overrides };
}

/** A table and topics that write down what is done with them, in order. */
export interface Watched {
  store: MatchStore;
  voice: Voice;
  /** `load`, `save 2`, `hit 2`, `settle 0`, `ball 2`, `call 1`, `announce ...`. */
  done: string[];
  match: Match;
}

/** The parts of a player in memory: `others` is what others make of the match before each of the next writes. */
export function watchedParts(
  match: Match,
  { others = [], refused = [] }: { others?: ((match: Match) => Match)[]; refused?: Announcement[] } = {},
): Watched {
  const done: string[] = [];
  const queue = [...others];
  const watched: Watched = {
    done,
    match,
    store: {
      async load() {
        done.push('load');
        return watched.match;
      },
      async save(next) {
        watched.match = queue.shift()?.(watched.match) ?? watched.match;
        const isDue = watched.match.version === next.version - 1;
        if (isDue) watched.match = next;
        done.push(`save ${next.version}${isDue ? '' : ' refused'}`);
        return isDue;
      },
      async hit(hit) {
        watched.match = queue.shift()?.(watched.match) ?? watched.match;
        const isDue = isPlayable(watched.match, hit);
        done.push(`hit ${hit.stroke}${isDue ? '' : ' refused'}`);
        if (!isDue) return watched.match;
        watched.match = afterStroke(watched.match, hit);
        return 'done';
      },
      async settle({ version }, left) {
        done.push(`settle ${version}: ${left.length} left`);
      },
    },
    voice: {
      hitBall: async ({ detail }) => void done.push(`ball ${detail.stroke} of rally ${detail.rally}`),
      callServe: async ({ detail }) => void done.push(`call ${detail.server} for rally ${detail.rally}`),
      async announce(announcements) {
        done.push(`announce ${announcements.map(({ type }) => type.split('.')[1]).join(', ')}`);
        const failed = announcements
          .filter(({ id }) => refused.some((one) => one.id === id))
          .map(({ id }) => ({ eventId: id, code: 'InvalidParameter', message: 'refused' }));
        if (failed.length > 0) throw new PublishError('announcements', failed);
      },
    },
  };
  return watched;
}
