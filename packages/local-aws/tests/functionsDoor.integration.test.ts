import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Cloud, createCloud } from '../create.ts';
import { createVirtualClock } from '../index.ts';

/**
 * Asks for what the event names, over HTTP or (signed, through `http.request`) over the environment's own channel. Gives the status,
 * or the code of what went wrong.
 */
const CODE = `
const http = require('node:http');
const signed = (key) => ({
  authorization: 'AWS4-HMAC-SHA256 Credential=' + key + '/20300101/eu-west-1/sqs/aws4_request, Signature=none',
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'AmazonSQS.SendMessage',
});
exports.handler = async ({ over, url = process.env.AWS_ENDPOINT_URL, path = '/', key = process.env.AWS_ACCESS_KEY_ID }) => {
  const isCall = path === '/';
  const body = JSON.stringify({ QueueUrl: process.env.QUEUE_URL, MessageBody: 'hello' });
  const method = isCall ? 'POST' : 'GET';
  if (over === 'http') {
    const options = { method, headers: isCall ? signed(key) : {}, body: isCall ? body : undefined };
    return fetch(url + path, options).then((answer) => answer.status, ({ cause }) => cause.code);
  }
  const { hostname: host, port } = new URL(url);
  return new Promise((resolve) => {
    const headers = { ...signed(key), 'content-length': Buffer.byteLength(body) };
    const call = http.request({ host, port, method, path, headers }, (answer) => resolve(answer.statusCode));
    call.once('error', (error) => resolve(error.code));
    call.end(body);
  });
};`;

const allow = (Action: string, Resource: unknown) => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action, Resource },
});
const TEMPLATE = {
  Resources: {
    Inbox: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'inbox' } },
    Pool: { Type: 'AWS::Cognito::UserPool', Properties: { UserPoolName: 'people' } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        },
        Policies: [
          { PolicyName: 'send', PolicyDocument: allow('sqs:SendMessage', { 'Fn::GetAtt': ['Inbox', 'Arn'] }) },
        ],
      },
    },
    Asker: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'asker',
        Handler: 'asker.handler',
        Runtime: 'nodejs24.x',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { S3Bucket: 'x', S3Key: 'y' },
        Environment: {
          Variables: { QUEUE_URL: { Ref: 'Inbox' }, ISSUER: { 'Fn::GetAtt': ['Pool', 'ProviderURL'] } },
        },
      },
    },
  },
};

let folder: string;
let cloud: Cloud;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'door-'));
  const file = join(folder, 'asker.cjs');
  await writeFile(file, CODE);
  cloud = await createCloud({ port: 0, clock: createVirtualClock(), seed: 1 });
  await cloud.stacks.deploy({
    stackName: 'asking',
    template: TEMPLATE,
    functions: { Asker: { kind: 'bundle', file, handler: 'handler' } },
  });
});
afterAll(async () => {
  await cloud.close();
  await rm(folder, { recursive: true });
});

const ask = async (event: object) => {
  const { payload, functionError } = await cloud.functions.invoke('asker', event);
  if (functionError) throw new Error(payload);
  return JSON.parse(payload) as number | string;
};

describe.each(['http', 'its own channel'])('a function that asks over %s', (over) => {
  it('is known by the credentials of its role', async () => {
    expect(await ask({ over })).toBe(200);
  });

  it("cannot sign as the laptop's owner", async () => {
    expect(await ask({ over, key: 'local' })).toBe(403);
    expect(await ask({ over, key: cloud.keys.accessKeyId })).toBe(403);
    expect(await ask({ over, key: 'local', url: cloud.endpoint })).toBe('ERR_OWNERS_PORT_REFUSED');
    expect(await ask({ over, url: `http://localhost:${cloud.port}` })).toBe('ERR_OWNERS_PORT_REFUSED');
  });
});

it('is told nothing of stacks, and gets nothing deployed', async () => {
  expect(await ask({ over: 'http', path: '/_local/stacks' })).toBe(403);
  expect(await ask({ over: 'http', path: '/_local/health' })).toBe(403);
});

it('has its own door for endpoint, and in addresses of what the stack has', () => {
  const { AWS_ENDPOINT_URL = '', QUEUE_URL } = cloud.functions.environmentOf('asker');

  expect(AWS_ENDPOINT_URL).not.toBe(cloud.endpoint);
  expect(QUEUE_URL).toBe(`${AWS_ENDPOINT_URL}/000000000000/inbox`);
});

it('knows a user pool by the issuer that its tokens name: nobody calls it there', () => {
  const { ISSUER = '' } = cloud.functions.environmentOf('asker');

  expect(new URL(ISSUER).origin).toBe(cloud.endpoint);
});
