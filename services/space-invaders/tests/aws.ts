import { join } from 'node:path';
import { createDocumentClient } from '@arcade/dynamodb';
import type { Session } from '@arcade/events/contracts/space-invaders';
import {
  type ApiAnswer,
  addPool,
  apiOf,
  compileService,
  type Group,
  type LocalAws,
  type LocalAwsOptions,
  type OpenSocket,
  poolOf,
  socketsOf,
  startLocalAws,
  type Template,
  type Tokens,
} from '@arcade/local-aws/testkit';
import { type DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';

export const SERVICE_FOLDER = join(import.meta.dirname, '..');

/** Somebody who has signed in. */
export interface Player {
  sub: string;
  name: string;
  tokens: Tokens;
  /** Sends a request with the player's id token. */
  ask(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  /** Settings for SDK clients, with credentials of the role of the player's group, as a page gets them. */
  clientConfig(): Promise<LocalAws['rootClientConfig']>;
  /** Opens a socket with it. */
  connect(): Promise<OpenSocket>;
}

/** The service on a local AWS of its own. */
export interface Invaders {
  aws: LocalAws;
  documents: DynamoDBDocumentClient;
  /** A request without any token, or with the one given. */
  ask: ReturnType<typeof apiOf>;
  /** Makes a user of a group, by default a gamer, and signs them in. */
  enter(name: string, group?: Group): Promise<Player>;
  /** Signs somebody in through another client of the same pool. */
  enterElsewhere(name: string): Promise<Tokens>;
  /** Connects with a query, such as `?token=...`. Rejects with the status that the handshake was answered with. */
  connect(query: string): Promise<OpenSocket>;
  /** Writes a session into its table, as a manager's page does. */
  open(session: Session): Promise<void>;
  /** All items of a table: `players`, `seats`, `sessions`, `connections`. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into items of many kinds.
  itemsOf(table: string): Promise<Record<string, any>[]>;
  stop(): Promise<void>;
}

/** How the service is started. */
export interface InvadersOptions extends LocalAwsOptions {
  /** Each set of them is compiled once. */
  params?: Record<string, string>;
  /** Changes the compiled template before it is deployed. */
  transform?(template: Template): void;
}

/** Starts the service alone, with a user pool in the place of identity's. */
export async function startInvaders({ params, transform, ...options }: InvadersOptions = {}): Promise<Invaders> {
  const aws = await startLocalAws(options);
  const { stackName, functions, ...compiled } = await compileService(SERVICE_FOLDER, { ...(params && { params }) });
  const template = structuredClone(compiled.template) as unknown as Template;
  addPool(template);
  transform?.(template);
  await aws.cloud.stacks.deploy({ stackName, template, functions });
  const { wsUrl = '' } = await aws.cloud.apis.listen({ stackName, http: 0, websocket: 0 });
  const pool = poolOf(aws.rootClientConfig, aws.outputs(stackName));
  const documents = createDocumentClient(aws.rootClientConfig);
  const ask = apiOf(aws.apiUrl(stackName));
  const sockets = socketsOf(wsUrl);

  return {
    aws,
    documents,
    ask,
    async enter(name, group = 'gamer') {
      const tokens = await pool.enter(name, group);
      const { sub } = JSON.parse(Buffer.from(tokens.id.split('.')[1] ?? '', 'base64url').toString());
      return {
        ...{ sub, name, tokens },
        ask: (method, path, body) => ask(method, path, body, { authorization: tokens.id }),
        clientConfig: async () => ({ ...aws.rootClientConfig, credentials: await pool.credentialsOf(tokens.id) }),
        connect: () => sockets.connect(`?token=${tokens.id}`),
      };
    },
    enterElsewhere: pool.enterElsewhere,
    connect: sockets.connect,
    async open(session) {
      const Item = { kind: 'session', unsettled: 'session', ...session };
      await documents.send(new PutCommand({ TableName: `${stackName}-sessions`, Item }));
    },
    async itemsOf(table) {
      const { Items = [] } = await documents.send(new ScanCommand({ TableName: `${stackName}-${table}` }));
      return Items;
    },
    async stop() {
      sockets.terminate();
      documents.destroy();
      pool.close();
      await aws.stop();
    },
  };
}
