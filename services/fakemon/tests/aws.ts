import { join } from 'node:path';
import { createDocumentClient } from '@arcade/dynamodb';
import {
  type ApiAnswer,
  addPool,
  apiOf,
  compileService,
  type LocalAws,
  type LocalAwsOptions,
  type OpenSocket,
  poolOf,
  socketsOf,
  startLocalAws,
  type Template,
  type Tokens,
} from '@arcade/local-aws/testkit';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { AttemptsTable, WildTable } from '../domain/ports.ts';
import { createAttemptsTable } from '../storage/attemptsTable.ts';
import { createWorldTable } from '../storage/worldTable.ts';
import { wildOf } from './parts.ts';

export const SERVICE_FOLDER = join(import.meta.dirname, '..');

/** Somebody who has signed in. */
export interface Player {
  sub: string;
  name: string;
  tokens: Tokens;
  /** Sends a request with the player's id token. */
  ask(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  /** Throws at a fakémon, and gives the attempt's id. */
  throwAt(fakemonId: string, attemptId?: string): Promise<string>;
}

/** The service on a local AWS of its own, with a world that a test fills. */
export interface Game {
  aws: LocalAws;
  /** Where sockets are opened. */
  wsUrl: string;
  wilds: WildTable;
  attempts: AttemptsTable;
  /** A request without any token, or with the one given. */
  ask: ReturnType<typeof apiOf>;
  enter(name: string): Promise<Player>;
  enterElsewhere(name: string): Promise<Tokens>;
  /** Connects with a token, or anything else in its place. Rejects with the status that the handshake was answered with. */
  connect(query: string): Promise<OpenSocket>;
  /** Puts a fakémon into the world, by default a pebblo that is there. */
  place(overrides?: Parameters<typeof wildOf>[0]): Promise<void>;
  /** All items of a table: `attempts`, `collection`. */
  itemsOf(table: string): Promise<Record<string, unknown>[]>;
  /** Deploys the service again, changed. */
  deploy(transform: (template: Template) => void): Promise<unknown>;
  /** Puts an event on the bus, as whoever may. */
  put(type: string, detail: unknown): Promise<void>;
  stop(): Promise<void>;
}

/** How the service is started. */
export interface GameOptions extends LocalAwsOptions {
  /** Each set of them is compiled once. */
  params?: Record<string, string>;
  /** Changes the compiled template before it is deployed. */
  transform?(template: Template): void;
}

/** Starts the service alone, with a user pool in the place of identity's: in that one nobody has an odd name. */
export async function startGame({ params, transform, ...options }: GameOptions = {}): Promise<Game> {
  const aws = await startLocalAws(options);
  const { stackName, functions, ...compiled } = await compileService(SERVICE_FOLDER, { ...(params && { params }) });
  const deploy = (change: (template: Template) => void) => {
    const template = structuredClone(compiled.template) as unknown as Template;
    addPool(template);
    change(template);
    return aws.cloud.stacks.deploy({ stackName, template, functions });
  };
  await deploy((template) => transform?.(template));
  const { wsUrl = '' } = await aws.cloud.apis.listen({ stackName: 'fakemon-local', http: 0, websocket: 0 });
  const pool = poolOf(aws.rootClientConfig, aws.outputs('fakemon'));
  const documents = createDocumentClient(aws.rootClientConfig);
  const bus = new EventBridgeClient(aws.rootClientConfig);
  const wilds = createWorldTable(documents, 'fakemon-local-world');
  const ask = apiOf(aws.apiUrl('fakemon'));
  const sockets = socketsOf(wsUrl);

  return {
    aws,
    wsUrl,
    wilds,
    attempts: createAttemptsTable(documents, 'fakemon-local-attempts'),
    ask,
    deploy,
    async enter(name) {
      const tokens = await pool.enter(name);
      const { sub } = JSON.parse(Buffer.from(tokens.id.split('.')[1] ?? '', 'base64url').toString());
      const asPlayer: Player['ask'] = (method, path, body) => ask(method, path, body, { authorization: tokens.id });
      return {
        ...{ sub, name, tokens, ask: asPlayer },
        async throwAt(fakemonId, attemptId) {
          const { status, body } = await asPlayer('POST', '/captures', { fakemonId, ...(attemptId && { attemptId }) });
          if (status !== 202) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
          return body.attemptId;
        },
      };
    },
    enterElsewhere: pool.enterElsewhere,
    connect: sockets.connect,
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
      sockets.terminate();
      for (const client of [documents, bus]) client.destroy();
      pool.close();
      await aws.stop();
    },
  };
}
