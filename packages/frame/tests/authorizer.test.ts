import { describe, expect, it } from '@jest/globals';
import { closeRoutes } from '../api/authorizer.ts';
import { methodsOf } from '../api/restApi.ts';
import type { Template } from '../template.ts';

const method = (HttpMethod: string, more: object = {}) => ({
  Type: 'AWS::ApiGateway::Method',
  Properties: {
    RestApiId: { Ref: 'Api' },
    ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
    HttpMethod,
    AuthorizationType: 'NONE',
    ...more,
  },
});

function closed(open: string[] = []): Template {
  const template: Template = {
    Resources: {
      Api: { Type: 'AWS::ApiGateway::RestApi' },
      Get: method('GET'),
      Post: method('POST', { AuthorizationType: undefined }),
      Put: method('PUT', { AuthorizationType: 'AWS_IAM' }),
      Preflight: method('OPTIONS'),
      Other: method('GET', { RestApiId: 'other' }),
    },
  };
  const clientId = { 'Fn::ImportValue': 'client' };
  closeRoutes(template, { api: 'Api', name: 'game-dev', authorizer: { userPoolArn: 'arn:pool', clientId, open } });
  return template;
}

const types = ({ Resources }: Template) =>
  Object.fromEntries(
    Object.entries(Resources)
      .filter(([, { Type }]) => Type === 'AWS::ApiGateway::Method')
      .map(([id, { Properties = {} }]) => [id, Properties.AuthorizationType]),
  );

describe('an API with an authorizer', () => {
  it('is closed but for preflights and what has its own authorization', () => {
    const template = closed();

    expect(types(template)).toEqual({
      Get: 'COGNITO_USER_POOLS',
      Post: 'COGNITO_USER_POOLS',
      Put: 'AWS_IAM',
      Preflight: 'NONE',
      Other: 'NONE',
    });
    expect(template.Resources.Get?.Properties?.AuthorizerId).toEqual({ Ref: 'ApiAuthorizer' });
    expect(template.Resources.ApiAuthorizer).toEqual({
      Type: 'AWS::ApiGateway::Authorizer',
      Properties: {
        RestApiId: { Ref: 'Api' },
        Name: 'game-dev',
        Type: 'COGNITO_USER_POOLS',
        IdentitySource: 'method.request.header.Authorization',
        ProviderARNs: ['arn:pool'],
        IdentityValidationExpression: { 'Fn::ImportValue': 'client' },
      },
    });
  });

  it('is open where that is said by name', () => {
    expect(types(closed(['GET /']))).toMatchObject({ Get: 'NONE', Post: 'COGNITO_USER_POOLS' });
  });

  it('names an open route that is not there, with those that are', () => {
    expect(() => closed(['GET /ranking'])).toThrow(
      "frame.authorizer.open has 'GET /ranking', which is no route of the REST API: GET /, POST /, PUT /, OPTIONS /",
    );
  });
});

describe('the methods of an API', () => {
  it('are those of this API, by route', () => {
    expect([...methodsOf(closed(), 'Api').keys()]).toEqual(['GET /', 'POST /', 'PUT /', 'OPTIONS /']);
  });
});
