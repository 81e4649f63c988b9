import { join } from 'node:path';
import { createDocumentClient } from '@arcade/dynamodb';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from '@arcade/local-aws/testkit';
import { compile, part } from '@arcade/networks';
import { networksOf } from '../networks.ts';

export const SERVICE_FOLDER = join(import.meta.dirname, '..');

/** The tables that these tests know by name: `smart-home-local-requests`. */
const TABLES = ['requests', 'deliveries', 'grants'] as const;

/** The service's tables, and nothing else of it. */
export interface Storage {
  aws: LocalAws;
  client: ReturnType<typeof createDocumentClient>;
  /** A table's name: `smart-home-local-grants`. */
  nameOf(table: (typeof TABLES)[number]): string;
  stop(): Promise<void>;
}

/** Starts a local AWS of its own with the tables of the network `home`, for tests of what reads and writes them. */
export async function startStorage(options?: LocalAwsOptions): Promise<Storage> {
  const aws = await startLocalAws(options);
  const names = { service: 'smart-home', stage: 'local' };
  const { resources } = compile(part(networksOf().home, TABLES), names);
  await aws.cloud.stacks.deploy({ stackName: 'smart-home-local', template: { ...resources }, functions: {} });
  const client = createDocumentClient(aws.rootClientConfig);
  return {
    aws,
    client,
    nameOf: (table) => `smart-home-local-${table}`,
    async stop() {
      client.destroy();
      await aws.stop();
    },
  };
}
