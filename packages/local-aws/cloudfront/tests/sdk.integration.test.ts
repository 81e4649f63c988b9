// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Fn::Sub's own placeholders.
import { request as httpRequest } from 'node:http';
import { fileURLToPath } from 'node:url';
import {
  CloudFrontClient,
  CreateInvalidationCommand,
  GetInvalidationCommand,
  ListInvalidationsCommand,
} from '@aws-sdk/client-cloudfront';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { type LocalAws, startLocalAws } from '../../testkit/index.ts';

const OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const EXCEPT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';
const ALL_METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'];

const file = fileURLToPath(new URL('./behind.mjs', import.meta.url));
const getAtt = (...path: string[]) => ({ 'Fn::GetAtt': path });
const ref = (Ref: string) => ({ Ref });
const sub = (text: string) => ({ 'Fn::Sub': text });
const ApiId = ref('Api');
const SocketId = ref('Sockets');

const CODE = `function handler(event) {
  var request = event.request;
  request.uri = request.uri.replace(/^\\/api\\/game/, '').replace(/^\\/socket$/, '/dev') || '/';
  if (request.uri === '/loop') for (;;);
  return request;
}`;
const edge = { FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: getAtt('Edge', 'FunctionARN') }] };
const toApi = {
  AllowedMethods: ALL_METHODS,
  CachePolicyId: DISABLED,
  OriginRequestPolicyId: EXCEPT_HOST,
  ViewerProtocolPolicy: 'https-only',
  ...edge,
};
const apiOrigin = (Id: string, name: string) => ({
  Id,
  DomainName: sub(`\${${name}}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}`),
  CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
});
const integration = (api: object, more: object = {}) => ({
  Type: 'AWS::ApiGatewayV2::Integration',
  Properties: {
    ...{ ApiId: api, IntegrationType: 'AWS_PROXY', ...more },
    IntegrationUri: sub('arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${tell.Arn}/invocations'),
  },
});
const route = (api: object, RouteKey: string, target: string, more: object = {}) => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: { ApiId: api, RouteKey, Target: sub(`integrations/\${${target}}`), ...more },
});

const APIS = {
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
    },
  },
  tell: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      ...{ FunctionName: 'tell', Handler: 'behind.tell', Runtime: 'nodejs24.x', Role: getAtt('Role', 'Arn') },
      Code: { S3Bucket: 'code', S3Key: 'code.zip' },
    },
  },
  May: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      ...{ FunctionName: ref('tell'), Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' },
    },
  },
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'game', ProtocolType: 'HTTP' } },
  ToTell: integration(ApiId, { PayloadFormatVersion: '2.0' }),
  All: route(ApiId, '$default', 'ToTell'),
  ApiStage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId, StageName: '$default', AutoDeploy: true } },
  Sockets: {
    Type: 'AWS::ApiGatewayV2::Api',
    Properties: { Name: 'sockets', ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' },
  },
  SocketToTell: integration(SocketId),
  Default: route(SocketId, '$default', 'SocketToTell', { RouteResponseSelectionExpression: '$default' }),
  Connect: route(SocketId, '$connect', 'SocketToTell'),
  Answer: {
    Type: 'AWS::ApiGatewayV2::RouteResponse',
    Properties: { ApiId: SocketId, RouteId: ref('Default'), RouteResponseKey: '$default' },
  },
  Deployment: {
    Type: 'AWS::ApiGatewayV2::Deployment',
    Properties: { ApiId: SocketId },
    DependsOn: ['Default', 'Connect', 'Answer'],
  },
  SocketStage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: { ApiId: SocketId, StageName: 'dev', DeploymentId: ref('Deployment') },
  },
};

const statement = (Action: string, Resource: unknown) => ({
  ...{ Effect: 'Allow', Principal: { Service: 'cloudfront.amazonaws.com' }, Action, Resource },
  Condition: {
    StringEquals: { 'AWS:SourceArn': sub('arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Site}') },
  },
});
const READ = statement('s3:GetObject', sub('${Bucket.Arn}/*'));
const LIST = statement('s3:ListBucket', getAtt('Bucket', 'Arn'));

const templateOf = ({
  statements = [READ, LIST] as object[],
  config = {} as object,
  behavior = {} as object,
} = {}) => ({
  Resources: {
    ...APIS,
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'site' } },
    BucketPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: ref('Bucket'), PolicyDocument: { Version: '2012-10-17', Statement: statements } },
    },
    Control: {
      Type: 'AWS::CloudFront::OriginAccessControl',
      Properties: {
        OriginAccessControlConfig: {
          ...{ Name: 'site', OriginAccessControlOriginType: 's3', SigningBehavior: 'always', SigningProtocol: 'sigv4' },
        },
      },
    },
    Edge: {
      Type: 'AWS::CloudFront::Function',
      Properties: {
        ...{ Name: 'edge', AutoPublish: true, FunctionCode: CODE },
        FunctionConfig: { Comment: 'strips', Runtime: 'cloudfront-js-2.0' },
      },
    },
    Headers: {
      Type: 'AWS::CloudFront::ResponseHeadersPolicy',
      Properties: {
        ResponseHeadersPolicyConfig: {
          Name: 'site',
          SecurityHeadersConfig: {
            ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'self'", Override: true },
          },
        },
      },
    },
    Site: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          Enabled: true,
          DefaultRootObject: 'index.html',
          Origins: [
            {
              Id: 'pages',
              DomainName: getAtt('Bucket', 'RegionalDomainName'),
              OriginAccessControlId: getAtt('Control', 'Id'),
              S3OriginConfig: { OriginAccessIdentity: '' },
            },
            apiOrigin('game', 'Api'),
            apiOrigin('sockets', 'Sockets'),
            { ...apiOrigin('gone', 'Api'), DomainName: sub('gone.execute-api.${AWS::Region}.${AWS::URLSuffix}') },
          ],
          DefaultCacheBehavior: {
            ...{ TargetOriginId: 'pages', CachePolicyId: OPTIMIZED, ViewerProtocolPolicy: 'redirect-to-https' },
            ...{ ResponseHeadersPolicyId: ref('Headers'), Compress: true, ...behavior },
          },
          CacheBehaviors: [
            { PathPattern: '/api/game/socket', TargetOriginId: 'sockets', ...toApi },
            { PathPattern: '/api/game/*', TargetOriginId: 'game', ...toApi },
            { PathPattern: '/api/gone/*', TargetOriginId: 'gone', ...toApi },
          ],
          ViewerCertificate: { CloudFrontDefaultCertificate: true },
          PriceClass: 'PriceClass_100',
          ...config,
        },
      },
    },
  },
  Outputs: { Site: { Value: ref('Site') }, Domain: { Value: getAtt('Site', 'DomainName') } },
});

let aws: LocalAws;
beforeEach(async () => {
  aws = await startLocalAws();
});
afterEach(() => aws.stop());

async function deployed(parts?: Parameters<typeof templateOf>[0]) {
  const functions = { tell: { kind: 'bundle' as const, file, handler: 'tell' } };
  const { outputs } = await aws.cloud.stacks.deploy({ stackName: 'lobby', template: templateOf(parts), functions });
  const { Site = '', Domain = '' } = outputs;
  const s3 = new S3Client(aws.rootClientConfig);
  const put = (Key: string, Body: string, CacheControl?: string) =>
    s3.send(new PutObjectCommand({ Bucket: 'site', Key, Body, ContentType: 'text/html', CacheControl }));
  return { Site, Domain, put, ask: (path: string, more: Asked = {}) => ask(Domain, path, more) };
}

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** By the address: not every system's resolver knows names below localhost, as browsers do. */
function ask(host: string, path: string, { method = 'GET', headers = {}, body }: Asked) {
  const { port } = new URL(aws.endpoint);
  return new Promise<{ status: number | undefined; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      httpRequest(
        { host: '127.0.0.1', port, path, method, headers: { host, ...headers }, agent: false },
        async (answer) => {
          let text = '';
          for await (const chunk of answer.setEncoding('utf8')) text += chunk;
          resolve({ status: answer.statusCode, headers: answer.headers, text });
        },
      )
        .once('error', reject)
        .end(body);
    },
  );
}

describe('a distribution', () => {
  it('serves a private bucket by its access control, and keeps what it serves until its time or an invalidation', async () => {
    const { ask: get, put, Site } = await deployed();
    const cloudFront = new CloudFrontClient(aws.rootClientConfig);
    await put('index.html', 'one', 'max-age=60');
    const first = await get('/');
    await put('index.html', 'two', 'max-age=60');
    const second = await get('/');

    expect(first).toMatchObject({
      status: 200,
      text: 'one',
      headers: { 'x-cache': 'Miss from cloudfront', 'content-security-policy': "default-src 'self'" },
    });
    expect(second).toMatchObject({ text: 'one', headers: { 'x-cache': 'Hit from cloudfront', age: '0' } });
    expect(await get('/', { headers: { 'if-none-match': String(first.headers.etag) } })).toMatchObject({ status: 304 });
    const Paths = { Quantity: 1, Items: ['/*'] };
    const { Invalidation } = await cloudFront.send(
      new CreateInvalidationCommand({ DistributionId: Site, InvalidationBatch: { CallerReference: 'a', Paths } }),
    );
    expect(Invalidation).toMatchObject({ Status: 'InProgress', InvalidationBatch: { Paths } });
    const asked = new GetInvalidationCommand({ DistributionId: Site, Id: Invalidation?.Id });
    expect((await cloudFront.send(asked)).Invalidation).toMatchObject({ Status: 'Completed', Id: Invalidation?.Id });
    expect((await get('/')).text).toBe('two');
    await put('index.html', 'three');
    await aws.advance(60_000);
    expect((await get('/')).text).toBe('three');
    await expect(
      cloudFront.send(
        new CreateInvalidationCommand({ DistributionId: 'E0', InvalidationBatch: { CallerReference: 'a', Paths } }),
      ),
    ).rejects.toMatchObject({ name: 'NoSuchDistribution' });
    await expect(cloudFront.send(new ListInvalidationsCommand({ DistributionId: Site }))).rejects.toThrow(
      'does not support the operation cloudfront:ListInvalidations',
    );
  });

  it('answers what is not there with 404 where the bucket may be listed, and is refused where nothing is allowed', async () => {
    const { ask: get, Domain } = await deployed();

    expect(await get('/nothing')).toMatchObject({ status: 404, text: expect.stringContaining('NoSuchKey') });
    expect(await get('/index.html', { method: 'POST' })).toMatchObject({ status: 403 });
    expect(await ask(Domain.replace(/^./, 'x'), '/', {})).toMatchObject({ status: 404 });
    await aws.cloud.stacks.remove('lobby');
    await expect(deployed({ statements: [LIST] })).rejects.toThrow('s3:GetObject');
  });

  it('carries an API under its own address, as the viewer asks but for the host, and leaves its errors as they are', async () => {
    const { ask: get, Domain } = await deployed();
    const api = aws.cloud.stacks.get('lobby')?.resources.find(({ logicalId }) => logicalId === 'Api')?.physicalId;

    const answer = await get('/api/game/things/7?a=1&a=2', {
      method: 'POST',
      headers: { origin: `http://${Domain}`, authorization: 'Bearer x', 'content-type': 'application/json' },
      body: '{"b":1}',
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({
      rawPath: '/things/7',
      rawQueryString: 'a=1&a=2',
      body: '{"b":1}',
      headers: {
        host: `${api}.execute-api.eu-west-1.amazonaws.com`,
        authorization: 'Bearer x',
        origin: `http://${Domain}`,
      },
    });
    const missing = await get('/api/game/missing');
    expect(missing).toMatchObject({ status: 404, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(missing.text)).toEqual({ status: 404, asked: 1 });
    // CloudFront keeps errors for ten seconds, whatever the behaviour keeps.
    expect(JSON.parse((await get('/api/game/missing')).text)).toEqual({ status: 404, asked: 1 });
    expect(await get('/api/gone/x')).toMatchObject({ status: 502 });
    expect(await get('/api/game/loop')).toMatchObject({
      status: 503,
      headers: { 'x-cache': 'FunctionExecutionError from cloudfront' },
    });
    expect(aws.cloud.logs.lines('/aws/cloudfront/function/edge')).toEqual([expect.stringContaining('stopped')]);
    const hops = aws.journal().filter(({ service }) => service === 'cloudfront');
    expect(hops).toContainEqual(
      expect.objectContaining({
        action: 'POST /api/game/*',
        outcome: 'ok',
        detail: expect.objectContaining({ status: 200 }),
      }),
    );
  });

  it('keeps no error where the distribution says so', async () => {
    const { ask: get } = await deployed({
      config: { CustomErrorResponses: [{ ErrorCode: 404, ErrorCachingMinTTL: 0 }] },
    });

    await get('/api/game/missing');
    expect(JSON.parse((await get('/api/game/missing')).text)).toEqual({ status: 404, asked: 2 });
  });

  it('carries a WebSocket, of its own pages only', async () => {
    const { Domain } = await deployed();
    const { port } = new URL(aws.endpoint);
    const open = (origin: string, path = '/api/game/socket') =>
      new Promise<WebSocket | number | undefined>((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}${path}?token=t`, { headers: { host: Domain, origin } });
        socket.once('open', () => resolve(socket));
        socket.once('unexpected-response', (_request, answer) => resolve(answer.statusCode));
        socket.once('error', () => {});
      });
    const socket = await open(`http://${Domain}`);
    if (!(socket instanceof WebSocket)) throw new Error(`not let in: ${socket}`);
    const heard = new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse(String(data)))));
    socket.send('{"action":"hello"}');

    expect(await heard).toMatchObject({ body: '{"action":"hello"}' });
    socket.terminate();
    expect(await open('http://evil.example')).toBe(403);
    expect(await open(`http://${Domain}`, '/')).toBe(400);
    expect(await open(`http://${Domain}`, '/api/gone/x')).toBe(502);
  });

  it.each([
    [
      'another origin',
      { Origins: [{ Id: 'pages', DomainName: 'example.com', CustomOriginConfig: {} }] },
      'follows no other',
    ],
    [
      'an error page',
      { CustomErrorResponses: [{ ErrorCode: 404, ResponsePagePath: '/x', ResponseCode: 200 }] },
      'ResponsePagePath is not supported',
    ],
    [
      'an origin that is not there',
      { DefaultCacheBehavior: { TargetOriginId: 'x', CachePolicyId: OPTIMIZED } },
      'do not exist',
    ],
    [
      'a policy that is not executed',
      { DefaultCacheBehavior: { TargetOriginId: 'pages', CachePolicyId: 'x' } },
      'none of the managed cache policies',
    ],
    [
      'Lambda@Edge',
      { DefaultCacheBehavior: { TargetOriginId: 'pages', CachePolicyId: OPTIMIZED, LambdaFunctionAssociations: [] } },
      'LambdaFunctionAssociations is not supported',
    ],
  ])('is refused by name with %s', async (_what, config, reason) => {
    await expect(deployed({ config })).rejects.toThrow(reason);
  });

  it('lets its pages call AWS as whoever has signed in, and as nobody else', async () => {
    const { Domain } = await deployed();
    const origin = `http://${Domain}`;
    const host = `127.0.0.1:${new URL(aws.endpoint).port}`;
    const asks = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-amz-target' };
    const preflight = (from: string) => ask(host, '/', { method: 'OPTIONS', headers: { origin: from, ...asks } });

    expect((await preflight(origin)).headers).toMatchObject({ 'access-control-allow-origin': origin });
    expect((await preflight('http://evil.cloudfront.localhost:1')).status).toBe(403);
    const signed =
      'AWS4-HMAC-SHA256 Credential=local/20300101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';
    const headers = {
      origin,
      authorization: signed,
      'x-amz-target': 'DynamoDB_20120810.ListTables',
      'content-type': 'application/x-amz-json-1.0',
    };
    const refused = await ask(host, '/', { method: 'POST', headers, body: '{}' });
    expect(refused).toMatchObject({ status: 403, text: expect.stringContaining('UnrecognizedClient') });
  });
});
