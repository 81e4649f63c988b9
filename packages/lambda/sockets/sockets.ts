import { type ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { abreast } from '../abreast.ts';

/** A connection that a message did not reach, although it may still be open. */
export interface Unreached<Connection> {
  connection: Connection;
  error: unknown;
}

/** How many connections a message went to, how many were gone, and what else went wrong. */
export interface Sent<Connection> {
  sent: number;
  gone: number;
  failed: Unreached<Connection>[];
}

export interface SocketsOptions<Connection> {
  /** For the API's own address: `managementUrl`. */
  client: Pick<ApiGatewayManagementApiClient, 'send'>;
  /** Forgets a connection that is gone. */
  drop(connection: Connection): Promise<unknown>;
}

/**
 * Messages under way at once: as many as the SDK's client has sockets (its `maxSockets`), each of which stays open for the next
 * one.
 */
const ABREAST = 50;

/**
 * Sends messages to connections of a WebSocket API. A connection that is gone (410) is dropped, and holds up no other; the
 * SDK itself tries again what is throttled.
 *
 * @example
 * const { send } = createSockets({ client, drop: ({ connectionId }) => table.remove({ connectionId }) });
 * const { failed } = await send(connections, JSON.stringify(event));
 */
export function createSockets<Connection extends { connectionId: string }>({
  client,
  drop,
}: SocketsOptions<Connection>) {
  const post = async (connection: Connection, Data: string, result: Sent<Connection>) => {
    try {
      await client.send(new PostToConnectionCommand({ ConnectionId: connection.connectionId, Data }));
      result.sent += 1;
    } catch (error) {
      if (!isGone(error)) {
        result.failed.push({ connection, error });
        return;
      }
      result.gone += 1;
      await drop(connection);
    }
  };

  return {
    /** Sends one message to all of them, in no order. Throws what `drop` throws. */
    async send(connections: readonly Connection[], message: string): Promise<Sent<Connection>> {
      const result: Sent<Connection> = { sent: 0, gone: 0, failed: [] };
      await abreast(ABREAST, connections, (connection) => post(connection, message, result));
      return result;
    },
  };
}

/** Sends messages, as `createSockets` gives it. */
export type Sockets<Connection extends { connectionId: string }> = ReturnType<typeof createSockets<Connection>>;

/** By the status: the body of this answer is no JSON on AWS, so that the SDK may not tell the exception by its name. */
function isGone(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { $metadata, $response } = error as {
    $metadata?: { httpStatusCode?: number };
    $response?: { statusCode?: number };
  };
  return ($metadata?.httpStatusCode ?? $response?.statusCode) === 410;
}

/** Where messages are posted: the address that clients connect to, by HTTP. */
export const managementUrl = (socketUrl: string) => socketUrl.replace(/^ws/, 'http');
