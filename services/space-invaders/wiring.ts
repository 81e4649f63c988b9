import { setTimeout as sleep } from 'node:timers/promises';
import { createDocumentClient } from '@arcade/dynamodb';
import { createConnectionsTable } from '@arcade/dynamodb/connections';
import { environment, world } from '@arcade/lambda';
import { tokenVerifier } from '@arcade/lambda/token-verifier';
import type { AllocateParts } from './domain/allocate.ts';
import type { ConnectionsTable, SeatsTable } from './domain/ports.ts';
import type { ReapParts } from './domain/reap.ts';
import { settings } from './settings.ts';
import { createSeatsTable } from './storage/seatsTable.ts';
import { createSessionsTable } from './storage/sessionsTable.ts';

/*
 * What the functions stand on. Each calls what it needs while it is loaded: clients are made once, and a wrong setting
 * fails the function at once, by name. What a function does not call is not in its bundle.
 */
const env = environment(settings);

export const connections = (): ConnectionsTable =>
  createConnectionsTable(createDocumentClient(), env.CONNECTIONS_TABLE);

export const seats = (client = createDocumentClient()): SeatsTable =>
  createSeatsTable(client, { players: env.PLAYERS_TABLE, seats: env.SEATS_TABLE });

/** Waits between turns at a counter: twice as long before each turn, up to a second, and some longer than others. */
const pause = (turn: number) => sleep(world.random() * Math.min(1000, 25 * 2 ** turn));

/** Whoever gives players their seats. */
export function usher(): AllocateParts {
  const client = createDocumentClient();
  const sessions = createSessionsTable(client, env.SESSIONS_TABLE);
  return { ...world, sessions, seats: seats(client), seatsPerBlock: env.SEATS_PER_BLOCK, pause };
}

/** Whoever looks after seats and sessions that nobody looks after. */
export function reaper(): ReapParts {
  const client = createDocumentClient();
  const sessions = createSessionsTable(client, env.SESSIONS_TABLE);
  const idleMs = env.IDLE_SECONDS * 1000;
  return { ...world, sessions, seats: seats(client), seatsPerBlock: env.SEATS_PER_BLOCK, idleMs };
}

/** Says whose an id token is. */
export const idTokens = () =>
  tokenVerifier({ issuer: env.USER_POOL_ISSUER, audience: env.USER_POOL_CLIENT_ID, use: 'id' });
