import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { createVirtualClock } from '../../core/clock.ts';
import { type Cloud, createCloud } from '../../create.ts';
import { clientOf, NotLetIn } from './room.ts';

const file = fileURLToPath(new URL('./authorized.mjs', import.meta.url));
const ApiId = { Ref: 'Api' };
const arnOf = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });
const uriOf = (name: string) => ({
  'Fn::Join': ['', ['arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/', arnOf(name), '/invocations']],
});
const role = (Service: string, ...Policies: object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
    },
    Policies,
  },
});
const functionOf = (name: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: name,
    Handler: `authorized.${name}`,
    Runtime: 'nodejs24.x',
    Code: { S3Bucket: 'code', S3Key: 'code.zip' },
    Role: arnOf('Role'),
  },
});
const permission = (name: string, SourceArn?: unknown) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    FunctionName: arnOf(name),
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    ...(SourceArn !== undefined && { SourceArn }),
  },
});
const route = (RouteKey: string, more: object = {}) => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: { ApiId, RouteKey, Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Tell' }]] }, ...more },
});

const AUTHORIZER_ARN = {
  'Fn::Join': ['', ['arn:aws:execute-api:eu-west-1:000000000000:', ApiId, '/authorizers/', { Ref: 'Authorizer' }]],
};

const templateOf = (more: Record<string, object>, authorizer: object = {}, connect: object = {}) => ({
  Resources: {
    Role: role('lambda.amazonaws.com'),
    decide: functionOf('decide'),
    tell: functionOf('tell'),
    tellPermission: permission('tell'),
    Api: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: { Name: 'game', ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' },
    },
    Tell: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: { ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri: uriOf('tell') },
    },
    Authorizer: {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: {
        ApiId,
        Name: 'players',
        AuthorizerType: 'REQUEST',
        AuthorizerUri: uriOf('decide'),
        IdentitySource: ['route.request.querystring.token'],
        ...authorizer,
      },
    },
    Connect: route('$connect', { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' }, ...connect }),
    Disconnect: route('$disconnect'),
    Default: route('$default', { RouteResponseSelectionExpression: '$default' }),
    Answer: {
      Type: 'AWS::ApiGatewayV2::RouteResponse',
      Properties: { ApiId, RouteId: { Ref: 'Default' }, RouteResponseKey: '$default' },
    },
    Deployment: {
      Type: 'AWS::ApiGatewayV2::Deployment',
      Properties: { ApiId },
      DependsOn: ['Connect', 'Disconnect', 'Default', 'Answer'],
    },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId, StageName: 'dev', DeploymentId: { Ref: 'Deployment' } },
    },
    ...more,
  },
  Outputs: { ApiId: { Value: ApiId } },
});

let cloud: Cloud | undefined;
afterEach(async () => {
  await cloud?.close();
  cloud = undefined;
});

async function deployed(...parts: Parameters<typeof templateOf>) {
  cloud = await createCloud({ port: 0, clock: createVirtualClock() });
  const one = cloud;
  const functions = Object.fromEntries(
    ['decide', 'tell'].map((handler) => [handler, { kind: 'bundle' as const, file, handler }]),
  );
  const { outputs } = await one.stacks.deploy({ stackName: 'game', template: templateOf(...parts), functions });
  const address = `${one.endpoint.replace('http', 'ws')}/_api/${outputs.ApiId}/dev`;
  const logged = (name: string) =>
    one.logs.lines(`/aws/lambda/${name}`).map((line) => line.split('\t').at(-1)?.trim() ?? '');
  return { cloud: one, enter: (query: string) => clientOf(new WebSocket(`${address}${query}`)), logged };
}

const invocationsOf = (one: Cloud, name: string) =>
  one.journal.ended().filter(({ kind, to }) => kind === 'invocation' && to?.endsWith(`:${name}`));

describe('a handshake behind an authorizer', () => {
  it.each([
    ['nothing to know the caller by: without a call', '', 401, 0, 'UNAUTHORIZED'],
    ['an empty token: without a call', '?token=', 401, 0, 'UNAUTHORIZED'],
    ['a caller that the function does not know', '?token=unknown', 401, 1, 'UNAUTHORIZED'],
    ['a caller that the policy denies', '?token=stranger', 403, 1, 'ACCESS_DENIED'],
    ['a function that fails', '?token=broken', 500, 1, 'AUTHORIZER_FAILURE'],
  ])('is refused: %s', async (_title, query, status, asked, code) => {
    const { cloud: one, enter } = await deployed({ decidePermission: permission('decide', AUTHORIZER_ARN) });

    await expect(enter(query)).rejects.toEqual(new NotLetIn(status));
    expect(invocationsOf(one, 'decide')).toHaveLength(asked);
    expect(invocationsOf(one, 'tell')).toEqual([]);
    const hop = one.journal.ended().find(({ action }) => action === '$connect');
    expect(hop).toMatchObject({ outcome: 'error', error: { code } });
  });

  it('is let in by the policy, and all that happens on the connection knows the caller', async () => {
    const { cloud: one, enter, logged } = await deployed({ decidePermission: permission('decide', AUTHORIZER_ARN) });
    const client = await enter('?token=player-1');
    client.say('who am I?');
    const caller = { name: 'Ann', principalId: 'player-1' };

    expect(JSON.parse(await client.next())).toEqual(caller);
    client.socket.close();
    await client.closed;
    await one.core.clock.idle();
    expect(logged('tell').filter((line) => line.startsWith('$'))).toEqual(
      ['$connect', '$default', '$disconnect'].map((key) => `${key} ${JSON.stringify(caller)}`),
    );
    const asked = JSON.parse(logged('decide').find((line) => line.startsWith('{')) ?? '{}');
    expect(asked).toMatchObject({ type: 'REQUEST', route: '$connect' });
    expect(asked.methodArn).toMatch(/^arn:aws:execute-api:eu-west-1:000000000000:[a-z0-9]{10}\/dev\/\$connect$/);
    expect(asked.keys).toContain('stageVariables');
    expect(asked.keys).not.toContain('body');
  });

  it('asks with a role where there is one, and fails the deployment where neither that nor a permission allows it', async () => {
    const Policy = (Resource: unknown) => ({
      PolicyName: 'ask',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource }],
      },
    });
    const credentials = { AuthorizerCredentialsArn: arnOf('AskRole') };
    const ask = role('apigateway.amazonaws.com', Policy(arnOf('decide')));
    const { enter, cloud: one } = await deployed({ AskRole: ask }, credentials);
    await enter('?token=player-1');
    await one.close();

    await expect(deployed({})).rejects.toThrow('lambda:InvokeFunction');
    await cloud?.close();
    await expect(
      deployed({ decidePermission: permission('decide', 'arn:aws:execute-api:*:*:*/dev/*') }),
    ).rejects.toThrow('lambda:InvokeFunction');
    await cloud?.close();
    await expect(
      deployed({ AskRole: role('apigateway.amazonaws.com', Policy(arnOf('tell'))) }, credentials),
    ).rejects.toThrow('lambda:InvokeFunction');
    await cloud?.close();
    await expect(
      deployed({ AskRole: role('lambda.amazonaws.com', Policy(arnOf('decide'))) }, credentials),
    ).rejects.toThrow('cannot be assumed by apigateway.amazonaws.com');
  });

  it.each([
    ['a token authorizer of HTTP APIs', {}, { AuthorizerType: 'JWT' }, {}, 'authorizers of type JWT'],
    ['another identity source', {}, { IdentitySource: ['context.stage'] }, {}, 'must be route.request.querystring'],
    [
      'signed handshakes',
      {},
      {},
      { AuthorizationType: 'AWS_IAM' },
      'is not executed: only NONE, and CUSTOM of $connect',
    ],
    ['a route without its authorizer', {}, {}, { AuthorizerId: 'none' }, 'Invalid authorizer identifier specified'],
    [
      'another route',
      { Default: route('$default', { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' } }) },
      {},
      {},
      'authorization restriction can only be applied to the $connect Route',
    ],
  ])('refuses by name: %s', async (_title, more, authorizer, connect, message) => {
    const parts = { decidePermission: permission('decide'), ...more };

    await expect(deployed(parts, authorizer, connect)).rejects.toThrow(message);
  });
});
