import {
  ApiGatewayManagementApiClient,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { APIGatewayProxyWebsocketEventV2, APIGatewayProxyWebsocketHandlerV2 } from 'aws-lambda';

const client = new ApiGatewayManagementApiClient({ endpoint: process.env.SOCKET_URL?.replace(/^ws/, 'http') });

interface ConnectEvent extends APIGatewayProxyWebsocketEventV2 {
  queryStringParameters?: Record<string, string>;
}

/** Lets in who does not ask for something else, and shows in its log who leaves. */
export const enter = async (event: ConnectEvent) => {
  console.log(JSON.stringify(event));
  const { answer, post } = event.queryStringParameters ?? {};
  if (post !== undefined) {
    const { connectionId } = event.requestContext;
    const error = await client
      .send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: 'too early' }))
      .catch((thrown: unknown) => thrown);
    console.log(`posting: ${error instanceof Error ? error.name : 'went'}`);
  }
  if (answer === 'fail') throw new Error('no entry');
  return { statusCode: Number(answer ?? 200), headers: { 'Sec-WebSocket-Protocol': 'room.v1' } };
};

/** `say` is told to the one named in it (or to the speaker), `ask` is answered, all else is given back with its event. */
export const speak: APIGatewayProxyWebsocketHandlerV2 = async (event) => {
  const { routeKey, connectionId } = event.requestContext;
  if (routeKey === 'ask') {
    const { ConnectedAt } = await client.send(new GetConnectionCommand({ ConnectionId: connectionId }));
    return { statusCode: 500, body: `since ${ConnectedAt?.toISOString()}` };
  }
  const { to = connectionId, text, fail } = routeKey === 'say' ? JSON.parse(event.body ?? '{}') : {};
  if (fail) throw new Error(fail);
  const Data = text ?? JSON.stringify(event);
  await client.send(new PostToConnectionCommand({ ConnectionId: to, Data }));
  return { statusCode: 200, body: 'not sent: the route has no response' };
};
