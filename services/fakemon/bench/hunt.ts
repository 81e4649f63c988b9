import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Template, withoutSchedules } from '@arcade/local-aws/testkit';
import { type Game, startGame } from '../tests/aws.ts';
import type { Asked, Heard, Thrown } from './players.ts';

/** A game with many players, each with a socket. */
export interface Hunt {
  game: Game;
  throwAt(at: string[], options?: { everyMs?: number; path?: string }): Promise<Thrown[]>;
  /** What came over the sockets since it was last asked. */
  listen(): Promise<Heard[]>;
  stop(): Promise<void>;
}

/** Load is what is measured here: the stages take all of it, which on AWS the params throttleRate and throttleBurst do. */
function withoutThrottles({ Resources }: Template): void {
  withoutSchedules({ Resources });
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type === 'AWS::ApiGateway::Stage') delete Properties.MethodSettings;
    if (Type === 'AWS::ApiGatewayV2::Stage') delete Properties.DefaultRouteSettings;
  }
}

/** Sign-ins at once: each hashes a password. */
const ABREAST = 8;

async function tokensOf(game: Game, players: number): Promise<string[]> {
  const tokens: string[] = [];
  const names = Array.from({ length: players }, (_, at) => `player-${at}`).entries();
  const work = async () => {
    for (const [at, name] of names) tokens[at] = (await game.enter(name)).tokens.id;
  };
  await Promise.all(Array.from({ length: ABREAST }, work));
  return tokens;
}

/** Starts the service with so many players connected, through the real authorizers. */
export async function openHunt(players: number): Promise<Hunt> {
  const game = await startGame({ params: { syncTwin: 'true' }, transform: withoutThrottles });
  const worker = new Worker(new URL('./players.ts', import.meta.url));
  const ask = async (asked: Asked): Promise<unknown> => {
    worker.postMessage(asked);
    const [{ answer, error }] = await once(worker, 'message');
    if (error !== undefined) throw new Error(error);
    return answer;
  };
  const tokens = await tokensOf(game, players);
  await ask({ kind: 'connect', wsUrl: game.wsUrl, apiUrl: game.aws.apiUrl('fakemon'), tokens });
  return {
    game,
    throwAt: async (at, { everyMs = 0, path = '/captures' } = {}) =>
      (await ask({ kind: 'throw', at, everyMs, path })) as Thrown[],
    listen: async () => (await ask({ kind: 'listen' })) as Heard[],
    async stop() {
      await ask({ kind: 'leave' });
      await worker.terminate();
      await game.stop();
    },
  };
}
