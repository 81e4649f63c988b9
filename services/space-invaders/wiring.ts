import { setTimeout as sleep } from 'node:timers/promises';
import { createDocumentClient } from '@arcade/dynamodb';
import { createConnectionsTable } from '@arcade/dynamodb/connections';
import { trialCounted } from '@arcade/events/contracts/space-invaders';
import { createDeadLetterQueue } from '@arcade/events/dead-letters';
import { createSnsPublisher } from '@arcade/events/sns';
import { createSqsPublisher } from '@arcade/events/sqs';
import { environment, logger, type StreamLetter, world } from '@arcade/lambda';
import { createSockets, managementUrl } from '@arcade/lambda/sockets';
import { tokenVerifier } from '@arcade/lambda/token-verifier';
import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { AllocateParts } from './domain/allocate.ts';
import { rememberingContenders, rememberingSessions } from './domain/memory.ts';
import type { Connection, ConnectionsTable, SeatsTable, SessionParameter } from './domain/ports.ts';
import type { SessionChanged } from './domain/publish.ts';
import type { ReapParts } from './domain/reap.ts';
import type { ScaleParts } from './domain/scale.ts';
import type { ScoreboardParts } from './domain/scoreboard.ts';
import type { StartParts } from './domain/start.ts';
import { reportTold } from './report.ts';
import { settings } from './settings.ts';
import { createContendersTable } from './storage/contendersTable.ts';
import { createScalingsTable } from './storage/scalingsTable.ts';
import { createSeatsTable } from './storage/seatsTable.ts';
import { createSessionParameter } from './storage/sessionParameter.ts';
import { createSessionsTable } from './storage/sessionsTable.ts';
import { createStreamShards } from './storage/streamShards.ts';

/*
 * What the functions stand on. Each calls what it needs while it is loaded: clients are made once, and a wrong setting
 * fails the function at once, by name. What a function does not call is not in its bundle.
 */
const env = environment(settings);

function warn(message: string, error: unknown): void {
  logger.warn(message, error as Error);
}

export const connections = (): ConnectionsTable =>
  createConnectionsTable(createDocumentClient(), env.CONNECTIONS_TABLE);

export const seats = (client = createDocumentClient()): SeatsTable =>
  createSeatsTable(client, { players: env.PLAYERS_TABLE, seats: env.SEATS_TABLE });

const sessions = (client = createDocumentClient()) => createSessionsTable(client, env.SESSIONS_TABLE, warn);

/** Its reads are those of the whole account, forty a second, of which the pages leave ten: functions that start at once may take those for a moment. */
export const sessionParameter = (): SessionParameter =>
  createSessionParameter(new SSMClient({ maxAttempts: 6 }), env.SESSION_PARAMETER, warn);

/** Waits between turns at a counter: twice as long before each turn, up to a second, and some longer than others. */
const pause = (turn: number) => sleep(world.random() * Math.min(1000, 25 * 2 ** turn));

/** Whoever gives players their seats. */
export function usher(): AllocateParts {
  const client = createDocumentClient();
  return { ...world, sessions: sessions(client), seats: seats(client), seatsPerBlock: env.SEATS_PER_BLOCK, pause };
}

/** Whoever looks after seats and sessions that nobody looks after. */
export function reaper(): ReapParts {
  const client = createDocumentClient();
  const idleMs = env.IDLE_SECONDS * 1000;
  const places = { sessions: sessions(client), parameter: sessionParameter(), seats: seats(client) };
  return { ...world, ...places, seatsPerBlock: env.SEATS_PER_BLOCK, idleMs };
}

/**
 * Tells everybody who is connected. Whoever is not reached, although connected, is not worth telling all others again: they hear the
 * next change, and read the session when they connect again.
 */
export function herald(): (event: SessionChanged) => Promise<void> {
  const known = connections();
  const client = new ApiGatewayManagementApiClient({ endpoint: managementUrl(env.SOCKET_URL) });
  const { send } = createSockets<Connection>({ client, drop: known.close });
  return async (event) => {
    const told = await send(await known.all(), JSON.stringify(event));
    const [first] = told.failed;
    if (first) logger.warn(`${told.failed.length} connection(s) were not reached`, first.error as Error);
    reportTold(told);
  };
}

/** Whoever calls everybody to start. */
export function starter(): StartParts {
  const parameter = sessionParameter();
  return { ...world, sessions: sessions(), parameter, startDelayMs: env.START_DELAY_MS, tellAll: herald() };
}

/** Whoever brings statuses to the board. */
export function scorer(): ScoreboardParts {
  const client = createDocumentClient();
  const { publish } = createSqsPublisher(new SQSClient());
  const queueUrl = env.SET_ASIDE_QUEUE_URL;
  const trials = createSnsPublisher(new SNSClient(), [trialCounted]);
  const topicArn = env.TRIALS_TOPIC_ARN;
  return {
    now: world.now,
    sessions: rememberingSessions(sessions(client), { now: world.now, ageMs: env.SESSION_AGE_SECONDS * 1000 }),
    contenders: rememberingContenders(createContendersTable(client, env.PLAYERS_TABLE, world), world),
    setAside: (events) => publish(queueUrl, events),
    tellOthers: (events) => trials.publish(topicArn, events),
    perSecond: env.MAX_STATUSES_PER_SECOND,
    board: { fullSeats: env.FULL_BOARD_SEATS, top: env.BOARD_CANDIDATES },
    warn,
  };
}

/** Where records go that are no statuses. */
export const deadLetters = (): ((letter: StreamLetter) => Promise<void>) =>
  createDeadLetterQueue<StreamLetter>(new SQSClient(), env.DEAD_LETTER_QUEUE_URL);

/** Whoever sees to it that the stream has shards enough. */
export function scaler(): ScaleParts {
  const client = createDocumentClient();
  return {
    ...world,
    sessions: sessions(client),
    scalings: createScalingsTable(client, env.SESSIONS_TABLE),
    stream: createStreamShards({ kinesis: new KinesisClient(), cloudWatch: new CloudWatchClient() }, env.STREAM),
    leastShards: env.LEAST_SHARDS,
    mostShards: env.MOST_SHARDS,
    statusEveryMs: env.STATUS_EVERY_MS,
  };
}

/** Says whose an id token is. */
export const idTokens = () =>
  tokenVerifier({ issuer: env.USER_POOL_ISSUER, audience: env.USER_POOL_CLIENT_ID, use: 'id' });
