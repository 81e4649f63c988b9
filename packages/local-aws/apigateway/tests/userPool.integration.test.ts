import {
  AdminAddUserToGroupCommand,
  AdminConfirmSignUpCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, exportSPKI, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { arn, PASSWORD, ref, startPool, type TestPool } from '../../cognito/tests/harness.ts';

const RestApiId = ref('Api');
const resource = (Type: string, Properties: object, DependsOn?: string[]) => ({
  Type,
  Properties: { ...Properties },
  ...(DependsOn && { DependsOn }),
});

/** A protected route that tells who calls it, for the users of the client `Web`; and another client of the same pool. */
const RESOURCES = {
  Other: resource('AWS::Cognito::UserPoolClient', {
    UserPoolId: ref('Players'),
    ClientName: 'other',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  }),
  Api: resource('AWS::ApiGateway::RestApi', { Name: 'arcade' }),
  Authorizer: resource('AWS::ApiGateway::Authorizer', {
    RestApiId,
    Name: 'players',
    Type: 'COGNITO_USER_POOLS',
    IdentitySource: 'method.request.header.Authorization',
    ProviderARNs: [arn('Players')],
    IdentityValidationExpression: ref('Web'),
  }),
  Get: resource('AWS::ApiGateway::Method', {
    RestApiId,
    ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
    HttpMethod: 'GET',
    AuthorizationType: 'COGNITO_USER_POOLS',
    AuthorizerId: ref('Authorizer'),
    MethodResponses: [{ StatusCode: '200' }],
    Integration: {
      Type: 'MOCK',
      RequestTemplates: { 'application/json': '{"statusCode":200}' },
      IntegrationResponses: [
        {
          StatusCode: '200',
          ResponseTemplates: {
            'application/json':
              "$context.authorizer.claims.sub $context.authorizer.claims['cognito:username'] $context.authorizer.claims['cognito:groups']",
          },
        },
      ],
    },
  }),
  Deployment: resource('AWS::ApiGateway::Deployment', { RestApiId, StageName: 'dev' }, ['Get']),
};

interface Tokens {
  IdToken: string;
  AccessToken: string;
  RefreshToken: string;
}

let pool: TestPool;
let url: string;
let own: Tokens;
let ofOther: Tokens;
/** The pool's key for id tokens, as everybody knows it. */
let known: JWK;
beforeAll(async () => {
  pool = await startPool({ resources: RESOURCES });
  const resources = pool.cloud.stacks.get('arcade')?.resources ?? [];
  const idOf = (logicalId: string) => resources.find((one) => one.logicalId === logicalId)?.physicalId ?? '';
  url = `${pool.cloud.endpoint}/_api/${idOf('Api')}/dev/`;
  await pool.signUp('ann', { email: 'ann@example.com' });
  await pool.admin.send(
    new AdminAddUserToGroupCommand({ UserPoolId: pool.poolId, Username: 'ann', GroupName: 'gamer' }),
  );
  await pool.admin.send(new AdminConfirmSignUpCommand({ UserPoolId: pool.poolId, Username: 'ann' }));
  own = await pool.signIn('ann');
  const signIn = new InitiateAuthCommand({
    ClientId: idOf('Other'),
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ann', PASSWORD },
  });
  ofOther = (await pool.users.send(signIn)).AuthenticationResult as Tokens;
  const jwks = await fetch(`${pool.issuer}/.well-known/jwks.json`);
  const { kid } = decodeProtectedHeader(own.IdToken);
  known = ((await jwks.json()) as { keys: JWK[] }).keys.find((key) => key.kid === kid) as JWK;
});
afterAll(() => pool.close());

const call = (authorization?: string) => fetch(url, authorization === undefined ? {} : { headers: { authorization } });
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const header = () => decodeProtectedHeader(own.IdToken);
const claims = () => decodeJwt(own.IdToken);
const parts = (token: string) => token.split('.') as [string, string, string];

describe('a route for the users of a client', () => {
  it('lets them in by their id token, and knows who they are', async () => {
    const answers = [await call(own.IdToken), await call(`Bearer ${own.IdToken}`)];
    const told = `${claims().sub} ann gamer`;

    expect(await Promise.all(answers.map(async (one) => [one.status, await one.text()]))).toEqual([
      [200, told],
      [200, told],
    ]);
  });

  it.each<[title: string, token: () => string | undefined | Promise<string>]>([
    ['no token', () => undefined],
    ['what is no token', () => 'ann'],
    ['an access token', () => own.AccessToken],
    ['a refresh token', () => own.RefreshToken],
    ['an id token for another client', () => ofOther.IdToken],
    ['an access token for another client', () => ofOther.AccessToken],
    ['a token without a signature', () => `${parts(own.IdToken).slice(0, 2).join('.')}.`],
    ['alg none', () => `${base64({ ...header(), alg: 'none' })}.${parts(own.IdToken)[1]}.`],
    ['claims that were changed', () => own.IdToken.replace(parts(own.IdToken)[1], base64({ ...claims(), sub: 'bob' }))],
    [
      'another key under the name of the pool’s',
      async () => {
        const { privateKey } = await generateKeyPair('RS256');
        return new SignJWT(claims()).setProtectedHeader({ ...header(), alg: 'RS256' }).sign(privateKey);
      },
    ],
    [
      'the public key as if it were a secret',
      async () => {
        const key = (await importJWK(known, 'RS256', { extractable: true })) as Parameters<typeof exportSPKI>[0];
        const secret = new TextEncoder().encode(await exportSPKI(key));
        return new SignJWT(claims()).setProtectedHeader({ ...header(), alg: 'HS256' }).sign(secret);
      },
    ],
  ])('answers 401 to %s', async (_title, token) => {
    const answer = await call(await token());

    expect([answer.status, await answer.text(), answer.headers.get('x-amzn-errortype')]).toEqual([
      401,
      '{"message":"Unauthorized"}',
      'UnauthorizedException',
    ]);
  });

  it('answers 401 to a token that has expired, though it was let in before', async () => {
    await pool.clock.advance(3_600_000);
    const answer = await call(own.IdToken);

    expect([answer.status, await answer.json()]).toEqual([401, { message: 'The incoming token has expired' }]);
  });
});
