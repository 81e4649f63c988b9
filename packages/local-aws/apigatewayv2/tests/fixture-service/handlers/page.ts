import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** Answers `POST /answer` with what its body says, and everything else with the event. */
export async function handler(event: APIGatewayProxyEventV2): Promise<unknown> {
  if (event.routeKey === 'POST /answer') return JSON.parse(event.body ?? 'null');
  return { statusCode: 200, headers: { 'X-Made-By': 'page' }, body: JSON.stringify(event) };
}
