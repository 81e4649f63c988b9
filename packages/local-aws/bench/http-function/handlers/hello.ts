import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

/** Greets whom the path names. */
export async function handler({ pathParameters }: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ hello: pathParameters?.name }),
  };
}
