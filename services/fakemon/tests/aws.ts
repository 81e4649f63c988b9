import { join } from 'node:path';
import { createDocumentClient } from '@arcade/dynamodb';
import { type ServiceWithPool, type SignedIn, startWithPool, type WithPoolOptions } from '@arcade/local-aws/testkit';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { AttemptsTable, WildTable } from '../domain/ports.ts';
import { createAttemptsTable } from '../storage/attemptsTable.ts';
import { createWorldTable } from '../storage/worldTable.ts';
import { wildOf } from './parts.ts';

export const SERVICE_FOLDER = join(import.meta.dirname, '..');

/** Somebody who has signed in. */
export interface Player extends SignedIn {
  /** Throws at a fakémon, and gives the attempt's id. */
  throwAt(fakemonId: string, attemptId?: string): Promise<string>;
}

/** The service on a local AWS of its own, with a world that a test fills. */
export interface Game extends Omit<ServiceWithPool, 'enter'> {
  wilds: WildTable;
  attempts: AttemptsTable;
  enter(name: string): Promise<Player>;
  /** Puts a fakémon into the world, by default a pebblo that is there. */
  place(overrides?: Parameters<typeof wildOf>[0]): Promise<void>;
  /** All items of a table: `attempts`, `collection`. */
  itemsOf(table: string): Promise<Record<string, unknown>[]>;
  /** Puts an event on the bus, as whoever may. */
  put(type: string, detail: unknown): Promise<void>;
}

/** Starts the service alone, with a user pool in the place of identity's: in that one nobody has an odd name. */
export async function startGame(options?: WithPoolOptions): Promise<Game> {
  const service = await startWithPool(SERVICE_FOLDER, options);
  const { aws } = service;
  const documents = createDocumentClient(aws.rootClientConfig);
  const bus = new EventBridgeClient(aws.rootClientConfig);
  const wilds = createWorldTable(documents, 'fakemon-local-world');

  return {
    ...service,
    wilds,
    attempts: createAttemptsTable(documents, 'fakemon-local-attempts'),
    async enter(name) {
      const player = await service.enter(name);
      return {
        ...player,
        async throwAt(fakemonId, attemptId) {
          const { status, body } = await player.ask('POST', '/captures', {
            fakemonId,
            ...(attemptId && { attemptId }),
          });
          if (status !== 202) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
          return body.attemptId;
        },
      };
    },
    async place(overrides = {}) {
      const atMs = aws.clock.now();
      await wilds.appear(wildOf({ appearsAtMs: atMs - 1000, expiresAtMs: atMs + 60_000, ...overrides }));
    },
    async itemsOf(table) {
      const { Items = [] } = await documents.send(new ScanCommand({ TableName: `fakemon-local-${table}` }));
      return Items;
    },
    async put(type, detail) {
      const Detail = JSON.stringify(detail);
      const entry = { EventBusName: 'fakemon-local', Source: 'fakemon', DetailType: type, Detail };
      await bus.send(new PutEventsCommand({ Entries: [entry] }));
    },
    async stop() {
      for (const client of [documents, bus]) client.destroy();
      await service.stop();
    },
  };
}
