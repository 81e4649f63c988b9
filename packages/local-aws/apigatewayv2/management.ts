import { arnOf } from '../core/arn.ts';
import { AwsError } from '../core/errors.ts';
import { jsonAnswer, type LocalService, type Operation, RawAnswer, type RestRoute } from '../core/service.ts';
import type { ApisV2 } from './registry.ts';
import type { Connection } from './websocket/connection.ts';
import { MAX_MESSAGE_BYTES, type WebSocketGateway } from './websocket/gateway.ts';

/** What may wait for a client that does not read, in bytes; API Gateway names no figure. */
const MAX_WAITING_BYTES = 1024 * 1024;

const CONNECTION_PATH = /^\/@connections\/([^/]+)$/;
const CALL_PATH = /^\/_api\/([^/]+)\/([^/]+)\/@connections\/([^/]+)$/;

const OPERATIONS: Readonly<Record<string, string>> = {
  POST: 'PostToConnection',
  GET: 'GetConnection',
  DELETE: 'DeleteConnection',
};

/** Whether a path within a stage is one of `@connections`. */
export const isConnectionPath = (path: string): boolean => CONNECTION_PATH.test(path);

interface ConnectionInput {
  apiId: string;
  stageName: string;
  method: string;
  connectionId: string;
  Data?: Buffer;
}

/**
 * `@connections`, under `/_api/<api>/<stage>/` (AWS has it under the API's host): signed for `execute-api`, and allowed by
 * execute-api:ManageConnections. docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export function createManagementApi(apis: ApisV2, gateway: WebSocketGateway): LocalService {
  const operation =
    (run: (connection: Connection, input: ConnectionInput) => unknown): Operation<ConnectionInput> =>
    (input) => {
      const { apiId, stageName, method, connectionId } = input;
      const resource = arnOf('execute-api', `${apiId}/${stageName}/${method}/@connections/${connectionId}`);
      return {
        permissions: [{ action: 'execute-api:ManageConnections', resource }],
        run() {
          const api = apis.find(apiId);
          if (!api?.stages.has(stageName)) throw new AwsError('ForbiddenException', 'Forbidden', { status: 403 });
          const connection = gateway.find(api, connectionId);
          if (!connection) throw gone();
          return run(connection, input);
        },
      };
    };
  return {
    id: 'execute-api',
    protocol: { kind: 'rest', route: routeOf, answer: answerOf },
    operations: {
      PostToConnection: operation((connection, { Data = Buffer.alloc(0) }) => post(connection, Data)),
      GetConnection: operation(describe),
      DeleteConnection: operation((connection) => {
        connection.close({ code: 1000, reason: 'Connection Closed Normally' });
      }),
    },
    errors: { denied: { code: 'AccessDeniedException', status: 403 } },
    resources: [],
  };
}

function routeOf(method: string, path: string): RestRoute | undefined {
  const [, apiId, stageName, connectionId] = CALL_PATH.exec(path) ?? [];
  const operation = OPERATIONS[method];
  if (apiId === undefined || stageName === undefined || connectionId === undefined || !operation) return undefined;
  const parameters = { apiId, stageName, method, connectionId: decodeURIComponent(connectionId) };
  return { operation, parameters, payload: 'Data' };
}

function answerOf(operation: string, result: unknown): RawAnswer {
  if (operation === 'GetConnection') return jsonAnswer('application/json', result);
  return new RawAnswer(operation === 'DeleteConnection' ? 204 : 200, {});
}

const gone = () => new AwsError('GoneException', 'Gone', { status: 410 });

async function post(connection: Connection, data: Buffer): Promise<void> {
  if (data.length > MAX_MESSAGE_BYTES)
    throw new AwsError('PayloadTooLargeException', `The message has ${data.length} bytes, at the most 128 KB go.`, {
      status: 413,
    });
  if (connection.waitingBytes > MAX_WAITING_BYTES)
    throw new AwsError('LimitExceededException', 'The client takes its messages too slowly.', { status: 429 });
  await connection.send(data.toString()).catch(() => {
    throw gone();
  });
}

function describe({ connectedAtMs, lastActiveAtMs, identity }: Connection) {
  return {
    connectedAt: new Date(connectedAtMs).toISOString(),
    identity,
    lastActiveAt: new Date(lastActiveAtMs).toISOString(),
  };
}
