import { expect, it } from '@jest/globals';
import { allowOnHttpApis } from '../api/httpApi.ts';
import type { Template } from '../template.ts';

const cors = { origins: ['https://a.example', 'https://b.example'], headers: ['Content-Type'] };

function allowed(routeKeys: string[], properties: object = {}): unknown {
  const routes = routeKeys.map((RouteKey, index) => [
    `Route${index}`,
    { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId: { Ref: 'Api' }, RouteKey } },
  ]);
  const template: Template = {
    Resources: {
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP', ...properties } },
      ...Object.fromEntries(routes),
    },
  };
  allowOnHttpApis(template, cors);
  return template.Resources.Api?.Properties?.CorsConfiguration;
}

it('lets all origins that are named into an HTTP API, with the methods of its routes', () => {
  expect(allowed(['POST /words', 'GET /words', 'GET /words/{word}'])).toEqual({
    AllowOrigins: cors.origins,
    AllowHeaders: cors.headers,
    AllowMethods: ['GET', 'POST'],
  });
});

it.each(['ANY /words', '$default'])('lets every method in where %s takes every method', (route) => {
  expect(allowed(['GET /words', route])).toMatchObject({ AllowMethods: ['*'] });
});

it('leaves an API that says it itself, and a WebSocket API, which has none', () => {
  expect(allowed(['GET /words'], { CorsConfiguration: { AllowOrigins: ['*'] } })).toEqual({ AllowOrigins: ['*'] });
  expect(allowed([], { ProtocolType: 'WEBSOCKET' })).toBeUndefined();
});
