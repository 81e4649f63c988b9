import { createDocumentClient } from '@arcade/dynamodb';
import { createConnectionsTable } from '@arcade/dynamodb/connections';
import type { AnyEvent } from '@arcade/events';
import { createEventBridgePublisher } from '@arcade/events/event-bridge';
import { environment, logger, world } from '@arcade/lambda';
import { createSockets, managementUrl } from '@arcade/lambda/sockets';
import { tokenVerifier } from '@arcade/lambda/token-verifier';
import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { CaptureParts } from './domain/capture.ts';
import type { CollectionTable, Connection, ConnectionsTable, RankingTable } from './domain/ports.ts';
import type { SpawnParts } from './domain/spawn.ts';
import { rememberingTaken } from './domain/takenWilds.ts';
import type { TellParts } from './domain/tell.ts';
import { settings } from './settings.ts';
import { createAttemptsTable } from './storage/attemptsTable.ts';
import { createCollectionTable } from './storage/collectionTable.ts';
import { createRankingTable } from './storage/rankingTable.ts';
import { createWorldTable } from './storage/worldTable.ts';

/*
 * What the functions stand on. Each calls what it needs while it is loaded: clients are made once, and a wrong setting
 * fails the function at once, by name. What a function does not call is not in its bundle.
 */
const env = environment(settings);

/** Publishes to the service's bus. */
export function voice(): (events: readonly AnyEvent[]) => Promise<void> {
  const { publish } = createEventBridgePublisher(new EventBridgeClient());
  const bus = env.BUS_NAME;
  return (events) => publish(bus, events);
}

/** Whoever decides attempts. */
export function referee(): Omit<CaptureParts, 'publish'> {
  const client = createDocumentClient();
  return {
    now: world.now,
    wilds: rememberingTaken(createWorldTable(client, env.WORLD_TABLE)),
    attempts: createAttemptsTable(client, env.ATTEMPTS_TABLE),
  };
}

export const collection = (): CollectionTable => createCollectionTable(createDocumentClient(), env.COLLECTION_TABLE);

export const ranking = (): RankingTable => createRankingTable(createDocumentClient(), env.RANKING_TABLE);

export const connections = (): ConnectionsTable =>
  createConnectionsTable(createDocumentClient(), env.CONNECTIONS_TABLE);

/** Whoever tells players what has happened. */
export function herald(): TellParts {
  const known = connections();
  const client = new ApiGatewayManagementApiClient({ endpoint: managementUrl(env.SOCKET_URL) });
  const { send } = createSockets<Connection>({ client, drop: known.close });
  return { connections: known, send, warn: (message, error) => logger.warn(message, error as Error) };
}

/** Whoever fills the world. */
export function nature(): SpawnParts {
  const wilds = createWorldTable(createDocumentClient(), env.WORLD_TABLE);
  return { ...world, wilds, publish: voice(), perMinute: env.FAKEMON_PER_MINUTE };
}

/** Says whose an id token is. */
export const idTokens = () =>
  tokenVerifier({ issuer: env.USER_POOL_ISSUER, audience: env.USER_POOL_CLIENT_ID, use: 'id' });
