import { join } from 'node:path';
import { createDocumentClient } from '@arcade/dynamodb';
import type { Session } from '@arcade/events/contracts/space-invaders';
import { type ServiceWithPool, type SignedIn, startWithPool, type WithPoolOptions } from '@arcade/local-aws/testkit';
import { type DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';

export const SERVICE_FOLDER = join(import.meta.dirname, '..');

export type Player = SignedIn;

/** The service on a local AWS of its own. */
export interface Invaders extends ServiceWithPool {
  documents: DynamoDBDocumentClient;
  /** Writes a session into its table, as a manager's page does. */
  open(session: Session): Promise<void>;
  /** All items of a table: `players`, `seats`, `sessions`, `connections`. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into items of many kinds.
  itemsOf(table: string): Promise<Record<string, any>[]>;
}

/** Starts the service alone, with a user pool in the place of identity's. Whoever enters is a gamer, unless told otherwise. */
export async function startInvaders(options?: WithPoolOptions): Promise<Invaders> {
  const service = await startWithPool(SERVICE_FOLDER, options);
  const { aws, stackName } = service;
  const documents = createDocumentClient(aws.rootClientConfig);

  return {
    ...service,
    documents,
    enter: (name, group = 'gamer') => service.enter(name, group),
    async open(session) {
      const Item = { kind: 'session', unsettled: 'session', ...session };
      await documents.send(new PutCommand({ TableName: `${stackName}-sessions`, Item }));
    },
    async itemsOf(table) {
      const { Items = [] } = await documents.send(new ScanCommand({ TableName: `${stackName}-${table}` }));
      return Items;
    },
    async stop() {
      documents.destroy();
      await service.stop();
    },
  };
}
