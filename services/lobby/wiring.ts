import { createDocumentClient } from '@arcade/dynamodb';
import { createConnectionsTable } from '@arcade/dynamodb/connections';
import { createDeadLetterQueue } from '@arcade/events/dead-letters';
import { environment, logger, type StreamLetter, world } from '@arcade/lambda';
import { createSockets, managementUrl } from '@arcade/lambda/sockets';
import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { HonourParts } from './domain/honour.ts';
import type { Connection, ConnectionsTable, Feed, Hall, Herald } from './domain/ports.ts';
import type { TellParts } from './domain/tell.ts';
import { settings } from './settings.ts';
import { createFeed } from './storage/feed.ts';
import { createHall } from './storage/hall.ts';
import { createHunters } from './storage/hunters.ts';

/*
 * What the functions stand on. Each calls what it needs while it is loaded: clients are made once, and a wrong setting
 * fails the function at once, by name. What a function does not call is not in its bundle.
 */
const env = environment(settings);

const DAY_MS = 24 * 60 * 60 * 1000;

function warn(message: string, error: unknown): void {
  logger.warn(message, error as Error);
}

export const connections = (): ConnectionsTable =>
  createConnectionsTable(createDocumentClient(), env.CONNECTIONS_TABLE);

export const feed = (): Feed => createFeed(createDocumentClient(), env.LOBBY_TABLE, warn);

export const hall = (): Hall => createHall(createDocumentClient(), env.LOBBY_TABLE, warn);

/** Tells everybody who is here. Whoever is not reached, although connected, is not worth telling all others again: the page asks for the feed when it connects again. */
function herald(): Herald {
  const known = connections();
  const client = new ApiGatewayManagementApiClient({ endpoint: managementUrl(env.SOCKET_URL) });
  const { send } = createSockets<Connection>({ client, drop: known.close });
  return async (event) => {
    const { sent, gone, failed } = await send(await known.all(), JSON.stringify(event));
    if (failed[0]) warn(`${failed.length} connection(s) were not reached`, failed[0].error);
    return { sent, gone };
  };
}

/** Whoever tells what has happened. */
export const teller = (): TellParts => ({
  now: world.now,
  feed: feed(),
  tellAll: herald(),
  keepMs: env.FEED_DAYS * DAY_MS,
  warn,
});

/** Where records go that are no statuses. */
export const deadLetters = (): ((letter: StreamLetter) => Promise<void>) =>
  createDeadLetterQueue<StreamLetter>(new SQSClient(), env.DEAD_LETTER_QUEUE_URL);

/** Whoever keeps the hall of fame. */
export const keeper = (): HonourParts => ({
  hall: hall(),
  hunters: createHunters(createDocumentClient(), env.LOBBY_TABLE),
  tellAll: herald(),
});
