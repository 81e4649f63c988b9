import { describe, expect, it } from '@jest/globals';
import { ANSWER_HEADERS, completeAnswers } from '../api/answerHeaders.ts';
import { addGatewayResponses } from '../api/gatewayResponses.ts';
import { ofType, type Template } from '../template.ts';

const PREFIX = 'method.response.header.';
const prefixed = (prefix: string) =>
  Object.fromEntries(Object.entries(ANSWER_HEADERS).map(([name, expression]) => [prefix + name, expression]));

/** A template with one method, whose answers have these headers. */
function withMethod(type: string, own: Record<string, string> = {}, method = 'GET'): Template {
  const declared = Object.fromEntries(Object.keys(own).map((name) => [name, true]));
  return {
    Resources: {
      Api: { Type: 'AWS::ApiGateway::RestApi', Properties: {} },
      Method: {
        Type: 'AWS::ApiGateway::Method',
        Properties: {
          RestApiId: { Ref: 'Api' },
          HttpMethod: method,
          Integration: { Type: type, IntegrationResponses: [{ StatusCode: '200', ResponseParameters: { ...own } }] },
          MethodResponses: [{ StatusCode: '200', ResponseParameters: declared }],
        },
      },
    },
  };
}

function completed(template: Template, origins = ['http://localhost:4000']) {
  completeAnswers(template, { api: 'Api', cors: { origins, headers: [] } });
  // biome-ignore lint/suspicious/noExplicitAny: a test reaches deep into a template that it knows.
  const properties = template.Resources.Method?.Properties as any;
  const [integration] = properties.Integration.IntegrationResponses;
  return { sent: integration.ResponseParameters, declared: properties.MethodResponses[0].ResponseParameters };
}

describe('the answers that API Gateway makes', () => {
  it.each(['AWS', 'MOCK'])('of an integration %s have the headers of a function’s own answers', (type) => {
    const { sent, declared } = completed(withMethod(type));

    expect(sent).toEqual(prefixed(PREFIX));
    expect(sent[`${PREFIX}content-security-policy`]).toBe("'default-src 'none'; frame-ancestors 'none''");
    expect(sent[`${PREFIX}x-correlation-id`]).toBe('context.requestId');
    expect(Object.keys(declared)).toEqual(Object.keys(sent));
    expect(new Set(Object.values(declared))).toEqual(new Set([true]));
  });

  it('keep what they have, however it is spelt', () => {
    const own = { [`${PREFIX}X-Correlation-Id`]: 'integration.response.body.id' };

    const { sent, declared } = completed(withMethod('AWS', own));

    expect(sent).toMatchObject(own);
    expect(sent).not.toHaveProperty([`${PREFIX}x-correlation-id`]);
    expect(Object.keys(declared).sort()).toEqual(Object.keys(sent).sort());
  });

  it.each([
    ['a function’s own', withMethod('AWS_PROXY')],
    ['a preflight’s', withMethod('MOCK', {}, 'OPTIONS')],
  ])('are left as they are where they are %s', (_whose, template) => {
    expect(completed(template).sent).toEqual({});
  });

  it('let all pages read where there are several: a list of origins is no origin', () => {
    const origin = `${PREFIX}Access-Control-Allow-Origin`;
    const own = { [origin]: "'http://a.example,http://b.example'" };

    expect(completed(withMethod('AWS', own), ['http://a.example', 'http://b.example']).sent[origin]).toBe("'*'");
  });

  it('have them also where they are the gateway’s own', () => {
    const template = withMethod('AWS_PROXY');

    addGatewayResponses(template, { api: 'Api', cors: undefined });

    const responses = ofType(template, 'AWS::ApiGateway::GatewayResponse');
    expect(responses.length).toBeGreaterThan(5);
    for (const [, { Properties }] of responses)
      expect(Properties?.ResponseParameters).toMatchObject(prefixed('gatewayresponse.header.'));
  });
});
