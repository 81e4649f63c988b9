import { commonLogTime, lastValues, multiValueHeaders, multiValueQuery } from '../../apigateway/request.ts';
import type { Handshake } from '../../front-door/upgrade.ts';
import type { Connection, End } from './connection.ts';

/** What happens on a connection, as its event's `requestContext` says. */
export interface Happening {
  routeKey: string;
  requestId: string;
  atMs: number;
}

/** The event of `$connect`: the handshake without a body. */
export function connectEvent(connection: Connection, happening: Happening, handshake: Handshake, traceHeader: string) {
  const headers = multiValueHeaders({ ...handshake, traceHeader });
  const query = multiValueQuery(handshake);
  return {
    headers: lastValues(headers),
    multiValueHeaders: headers,
    ...(Object.keys(query).length > 0 && {
      queryStringParameters: lastValues(query),
      multiValueQueryStringParameters: query,
    }),
    requestContext: contextOf(connection, happening, 'CONNECT'),
    isBase64Encoded: false,
  };
}

/** The event of a message: nothing of the handshake is in it any more. */
export function messageEvent(connection: Connection, happening: Happening, body: string) {
  const messageId = happening.requestId;
  return {
    requestContext: { ...contextOf(connection, happening, 'MESSAGE'), messageId },
    body,
    isBase64Encoded: false,
  };
}

/** The event of `$disconnect`. */
export function disconnectEvent(connection: Connection, happening: Happening, { code, reason }: End) {
  const headers = { Host: connection.domainName, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
  return {
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    requestContext: {
      ...contextOf(connection, happening, 'DISCONNECT'),
      disconnectStatusCode: code,
      disconnectReason: reason,
    },
    isBase64Encoded: false,
  };
}

function contextOf(
  connection: Connection,
  { routeKey, requestId, atMs }: Happening,
  eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT',
) {
  const { api, stageName, connectedAtMs, identity, domainName, id, caller } = connection;
  return {
    routeKey,
    ...(caller && { authorizer: caller }),
    eventType,
    extendedRequestId: requestId,
    requestTime: commonLogTime(atMs),
    messageDirection: 'IN',
    stage: stageName,
    connectedAt: connectedAtMs,
    requestTimeEpoch: atMs,
    identity,
    requestId,
    domainName,
    connectionId: id,
    apiId: api.id,
  };
}
