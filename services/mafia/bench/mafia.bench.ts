import { startLocalAws, type Template } from '@arcade/local-aws/testkit';
import type { BenchTable } from '../../../scripts/bench.ts';
import { type PlayedGame, playAll } from './play.ts';
import { replayAsWorkshop } from './workshop.ts';

export const name = 'mafia';

const CLIENTS = 50;
/** Games of each client that are not counted, and those that are. */
const WARM_UP = 2;
const MEASURED = 6;

/** What was asked of a table, summed up. */
interface Asked {
  requests: Record<string, number>;
  readUnits: number;
  writeUnits: number;
}

const NOTHING: Asked = { requests: {}, readUnits: 0, writeUnits: 0 };

/** Load is what is measured here. */
function withoutThrottles({ Resources }: Template): void {
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type === 'AWS::ApiGateway::Stage') delete Properties.MethodSettings;
  }
}

/** Plays whole games over HTTP on local-aws, and the same games with the requests of the workshop's functions. */
export async function run(): Promise<BenchTable[]> {
  const aws = await startLocalAws();
  try {
    await aws.deploy(`${import.meta.dirname}/..`, { transform: withoutThrottles });
    const apiUrl = aws.apiUrl('mafia');
    const askedOf = (table: string): Asked => aws.cloud.usage()[table] ?? NOTHING;
    await playAll(apiUrl, CLIENTS, WARM_UP);

    const before = askedOf('mafia-local-games');
    const startMs = performance.now();
    const games = await playAll(apiUrl, CLIENTS, MEASURED);
    const seconds = (performance.now() - startMs) / 1000;
    await aws.idle();
    const after = askedOf('mafia-local-games');

    await replayAsWorkshop(aws.rootClientConfig, 'workshop-alone', games, 1);
    await replayAsWorkshop(aws.rootClientConfig, 'workshop-together', games, CLIENTS);
    const rows: [string, Asked, Asked][] = [
      ['mafia: one partition a game, transactions, outbox', before, after],
      ['workshop: scans, one game at a time', NOTHING, askedOf('workshop-alone')],
      [`workshop: scans, ${CLIENTS} games in the table`, NOTHING, askedOf('workshop-together')],
    ];
    return [
      speedOf(games, seconds),
      {
        title: `DynamoDB, for each of the same ${games.length} games`,
        columns: ['', 'requests', 'read units', 'write units', 'of these requests'],
        rows: rows.map(([who, from, to]) => [who, ...perGame(from, to, games.length)]),
        note: 'The workshop keeps no history, publishes no event, and has neither conditions nor transactions (which count twice).',
      },
    ];
  } finally {
    await aws.stop();
  }
}

function speedOf(games: readonly PlayedGame[], seconds: number): BenchTable {
  const turnMs = games.flatMap((game) => game.turnMs).sort((one, other) => one - other);
  const quantile = (share: number) => (turnMs[Math.floor(share * turnMs.length)] ?? 0).toFixed(0);
  return {
    title: `${games.length} games of 8 players to the end, ${CLIENTS} clients at once, over HTTP`,
    columns: ['games/s', 'turns/s', 'turns a game', 'turn p50 ms', 'turn p99 ms'],
    rows: [
      [
        (games.length / seconds).toFixed(1),
        Math.round(turnMs.length / seconds),
        (turnMs.length / games.length).toFixed(1),
        quantile(0.5),
        quantile(0.99),
      ],
    ],
    note: 'Clients, API, functions (threads with bundles as deployed) and DynamoDB share the cores of this machine.',
  };
}

function perGame(from: Asked, to: Asked, games: number): (string | number)[] {
  const each = (count: number) => (count / games).toFixed(1);
  const counts = Object.entries(to.requests).map(
    ([operation, count]) => [operation, count - (from.requests[operation] ?? 0)] as const,
  );
  return [
    each(counts.reduce((sum, [, count]) => sum + count, 0)),
    each(to.readUnits - from.readUnits),
    each(to.writeUnits - from.writeUnits),
    counts.map(([operation, count]) => `${each(count)} ${operation}`).join(', '),
  ];
}
