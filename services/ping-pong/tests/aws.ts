import { join } from 'node:path';
import { createDocumentClient, createTable, type Table } from '@arcade/dynamodb';
import { parseEvent } from '@arcade/events';
import { type PingPongEvent, pingPongEvents } from '@arcade/events/contracts/ping-pong';
import { type LocalAws, type LocalAwsOptions, startService, type Template } from '@arcade/local-aws/testkit';
import type { Announcement, BallHit, Match } from '../domain/match.ts';
import type { MatchStore } from '../domain/ports.ts';
import { createMatchTable } from '../storage/matchTable.ts';

export const SERVICE_FOLDER = join(import.meta.dirname, '..');

/** Settings of the game, as the functions read them. */
export type Settings = Partial<
  Record<'MISS_PROBABILITY' | 'MAX_STROKES' | 'MAX_RALLIES_PER_SERVE' | 'LET_AFTER_SECONDS', string>
>;

const TABLE = 'ping-pong-local-match';

/** Params for tests: no pauses for the eye. The same for all, so that the service is compiled once. */
const QUICK = { strokePauseMs: '0', restBetweenRalliesMs: '0' };

/** ping-pong on a local AWS of its own, watched. */
export interface Watched {
  aws: LocalAws;
  table: MatchStore;
  /** The same table, whatever lies in it. */
  rawTable: Table<Record<string, unknown>>;
  /** The match as it is in the table. */
  match(): Promise<Match>;
  /** Every ball that was published, duplicates too. */
  balls: BallHit[];
  /** Every announcement that was published, duplicates too. */
  announcements: Announcement[];
}

/** How the service is deployed. */
export interface Deployment {
  settings?: Settings;
  /** Changes the compiled template before it is deployed. */
  transform?(template: Template): void;
}

/** Starts a local AWS, deploys the service, and keeps all that goes over its topics. */
export async function watch(
  options: LocalAwsOptions = {},
  { settings = {}, transform }: Deployment = {},
): Promise<Watched> {
  const aws = await startService(SERVICE_FOLDER, { ...options, params: QUICK, variables: settings, transform });
  const balls: BallHit[] = [];
  const announcements: Announcement[] = [];
  const published = new Set<unknown>();
  aws.cloud.journal.follow(({ service, detail }) => {
    // Each message is told once for every subscription, whether its filter lets it through or not.
    if (service !== 'sns' || typeof detail?.message !== 'string' || published.has(detail.messageId)) return;
    published.add(detail.messageId);
    const event: PingPongEvent = parseEvent(pingPongEvents, detail.message);
    if (event.type === 'ping_pong.ball_hit') balls.push(event);
    else if (event.type !== 'ping_pong.serve_called') announcements.push(event);
  });
  const client = createDocumentClient(aws.rootClientConfig);
  const table = createMatchTable({ client, name: TABLE });
  const rawTable = createTable({
    client,
    name: TABLE,
    key: ['matchId'],
    parse: (raw) => raw as Record<string, unknown>,
  });
  return { aws, table, rawTable, match: () => table.load(), balls, announcements };
}
