import { join } from 'node:path';
import { createDocumentClient } from '@arcade/dynamodb';
import {
  type ApiAnswer,
  apiOf,
  type LocalAws,
  type LocalAwsOptions,
  type ServiceOptions,
  startLocalAws,
  startService,
} from '@arcade/local-aws/testkit';
import { compile, part } from '@arcade/networks';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { type NetworkName, networksOf } from '../networks.ts';

export const SERVICE_FOLDER = join(import.meta.dirname, '..');

/** The secrets, as `npm run secrets` would put them: the skill's and the outside's are the same. */
export const SECRETS = {
  'push-secret': 'push-secret-of-the-tests',
  'lwa-client': JSON.stringify({ clientId: 'skill', clientSecret: 'skill-secret' }),
  'hub-secret': 'hub-secret-of-the-tests',
};

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

/** A home of a visitor's, seen from its page. */
export interface TestHome {
  homeId: string;
  /** Asks as the home's page: `ask('GET', '')`. */
  ask(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  /** Says something to Alexa, and gives what she does at once. */
  say(text: string): Promise<{ utteranceId: string; direct: { speech: string } }>;
}

/** The skill with the world outside, on a local AWS of their own. */
export interface HomeSystem {
  aws: LocalAws;
  /** Where the world's API is. */
  worldUrl: string;
  /** Makes a home, which is linked and whose bulbs are discovered. */
  enter(body?: object): Promise<TestHome>;
  /** The token by which the vendor knows a home's account; no page is told it. */
  vendorTokenOf(homeId: string): Promise<string>;
  stop(): Promise<void>;
}

/** How the two are started. */
export interface HomeOptions extends ServiceOptions {
  /** Default: `home`. */
  network?: NetworkName;
  /** Default: 30, since functions share the machine with other tests. */
  deferredAnswerSeconds?: number;
}

/** Starts the skill, and the world outside before it, with the secrets that both know. */
export async function startHome({
  network = 'home',
  deferredAnswerSeconds = 30,
  params,
  ...options
}: HomeOptions = {}): Promise<HomeSystem> {
  const aws = await startService(SERVICE_FOLDER, {
    ...options,
    params: { network, deferredAnswerSeconds: String(deferredAnswerSeconds), ...params },
  });
  await putSecrets(aws);
  const worldUrl = aws.outputs('smart-home-world').ApiUrl ?? '';
  const ask = apiOf(worldUrl);
  return {
    aws,
    worldUrl,
    async enter(body = {}) {
      const { status, body: made } = await ask('POST', '/homes', body);
      if (status !== 201) throw new Error(`answered ${status}: ${JSON.stringify(made)}`);
      const headers = { authorization: `Bearer ${made.token}` };
      const asPage: TestHome['ask'] = (method, path, json) =>
        ask(method, `/homes/${made.homeId}${path}`, json, headers);
      return {
        homeId: made.homeId,
        ask: asPage,
        say: async (text) => (await asPage('POST', '/utterances', { text })).body,
      };
    },
    async vendorTokenOf(homeId) {
      const client = createDocumentClient(aws.rootClientConfig);
      const Key = { homeId, item: 'home' };
      const { Item } = await client.send(new GetCommand({ TableName: 'smart-home-world-local-homes', Key }));
      client.destroy();
      return Item?.vendorToken;
    },
    stop: () => aws.stop(),
  };
}

async function putSecrets(aws: LocalAws): Promise<void> {
  const ssm = new SSMClient(aws.rootClientConfig);
  for (const service of ['smart-home', 'smart-home-world']) {
    for (const [name, Value] of Object.entries(SECRETS)) {
      await ssm.send(new PutParameterCommand({ Name: `/${service}/local/${name}`, Value, Type: 'SecureString' }));
    }
  }
  ssm.destroy();
}
