import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_BODY_BYTES } from '../body.ts';
import { type Open, open } from './open.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:rallies';

let door: Open;
afterEach(async () => {
  await door.close();
});

/** A signed request, written by hand. */
function http(path: string, headers: Record<string, string>, body = ''): string {
  const all = {
    host: '127.0.0.1:4566',
    authorization: 'AWS4-HMAC-SHA256 Credential=local/20300101/eu-west-1/dynamodb/aws4_request, Signature=none',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

const getItem = { 'x-amz-target': 'DynamoDB_20120810.GetItem', 'content-type': 'application/x-amz-json-1.0' };

/** How somebody who may read signs: pages are nobody else. */
async function signedIn() {
  const { accessKeyId } = await door.role('reader', { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' });
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20300101/eu-west-1/dynamodb/aws4_request, Signature=none`,
  };
}

const publish = {
  authorization: 'AWS4-HMAC-SHA256 Credential=local/20300101/eu-west-1/sns/aws4_request, Signature=none',
  'content-type': 'application/x-www-form-urlencoded',
};

describe('the front door', () => {
  beforeEach(async () => {
    door = await open({ pages: [4000, 4120] });
  });

  it.each([
    ['a body that is not JSON', http('/', getItem, '{"TableName":'), 400, 'SerializationException'],
    ['a body that is not an object', http('/', getItem, '[1]'), 400, 'SerializationException'],
    ['a body of 16 MB that only nests', http('/', getItem, '{"a":'.repeat(3_300_000)), 400, 'more than 1000 levels'],
    [
      'a body of 16 MB that is a list of nothing',
      http('/', getItem, `{"Keys":[${'{},'.repeat(5_500_000)}1]}`),
      400,
      'more than 50000 values',
    ],
    // Of the same name, and of none: what is parsed would be refused for another reason.
    ['a form of 16 MB of fields', http('/', publish, 'a=1&'.repeat(4_000_000)), 400, 'more than 5000 fields'],
    ['a form of 16 MB of no fields', http('/', publish, '&'.repeat(16_000_000)), 400, 'more than 5000 fields'],
    [
      'a form of one field too many',
      http('/', publish, `Action=Publish${'&'.repeat(5000)}`),
      400,
      'more than 5000 fields',
    ],
    ['a form of as many as may be', http('/', publish, `Action=Land${'&'.repeat(4999)}`), 501, 'sns:Land'],
    ['a form that nests', http('/', publish, `Action=Publish&${'a.'.repeat(24)}a=1`), 400, 'more than 24 levels'],
    [
      'the wrong content type',
      http('/', { ...getItem, 'content-type': 'text/plain' }, '{}'),
      400,
      'SerializationException',
    ],
    [
      'an unknown target',
      http('/', { ...getItem, 'x-amz-target': 'Mars_2030.Land' }, '{}'),
      501,
      "target 'Mars_2030.Land'",
    ],
    [
      'an operation named like a member of objects',
      http('/', { ...getItem, 'x-amz-target': 'DynamoDB_20120810.constructor' }, '{}'),
      501,
      'dynamodb:constructor',
    ],
    ['an unsigned call', http('/', { ...getItem, authorization: '' }, '{}'), 403, 'MissingAuthenticationToken'],
    ['a path that does not decode', http('/%E0%A4%A', {}), 400, 'MalformedPath'],
    [
      'a size beyond the limit',
      http('/', { ...getItem, 'content-length': String(MAX_BODY_BYTES + 1) }),
      413,
      'RequestEntityTooLarge',
    ],
    ['a request that is not HTTP', 'hello\r\n\r\n', 400, 'not a well-formed HTTP request'],
  ])('answers %s with an error that says so', async (_what, bytes, status, says) => {
    const answer = await door.raw(bytes);

    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(says);
    expect(door.asked).toEqual([]);
    expect(door.logged).toEqual([]);
  });

  it.each([
    ['no action', 'Version=2010-03-31', 'MissingAction'],
    ['an unknown action', 'Action=Explode', 'sns:Explode'],
    ['one name twice', 'Action=Publish&Message=a&Message=b', "'Message' is given twice"],
    ['members that are not numbered', 'Action=PublishBatch&Entries.member.x.Id=1', 'not numbered from 1'],
    ['a name that would reach into all objects', 'Action=Publish&__proto__.polluted=1', 'no name of a parameter'],
  ])('answers a form with %s in XML', async (_what, form, says) => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=local/20300101/eu-west-1/sns/aws4_request, Signature=none';
    const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };

    const answer = await door.raw(http('/', headers, form));

    expect(answer).toContain('<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>');
    expect(answer).toContain(says);
    expect(door.asked).toEqual([]);
  });

  it('goes on serving after clients have hung up in the middle', async () => {
    const cut = http('/', { ...getItem, 'content-length': '1000' }, '{"TableName"');

    await Promise.all([door.raw(cut), door.raw('PRI * HT'), door.raw('')]);
    const answer = await door.raw(http('/', getItem, '{"TableName":"scores","Key":{}}'));

    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(door.logged).toEqual([]);
  });

  it.each([
    ['evil.example', undefined, 403],
    ['evil.example:4566', undefined, 403],
    ['localhost.evil.example', undefined, 403],
    ['127.0.0.1.nip.io', undefined, 403],
    ['localhost:4566', undefined, 200],
    ['[::1]:4566', undefined, 200],
    ['queue.localhost:4566', undefined, 200],
    ['localhost:4566', 'https://evil.example', 403],
    ['localhost:4566', 'null', 403],
    ['localhost:4566', 'http://localhost:4000', 200],
    ['localhost:4566', 'http://127.0.0.1:4120', 200],
    ['localhost:4566', 'http://localhost:4110', 403],
    ['localhost:4566', 'http://localhost.evil.example:4000', 403],
  ])('for the host %s and the origin %s answers %i', async (host, origin, status) => {
    const headers = { ...getItem, ...(await signedIn()), host, ...(origin && { origin }) };

    const answer = await door.raw(http('/', headers, '{"TableName":"scores","Key":{}}'));

    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(door.asked).toHaveLength(status === 200 ? 1 : 0);
  });

  it("lets in pages of its own port, not of the functions', and none of another site without an origin", async () => {
    const page = { ...getItem, ...(await signedIn()) };
    const statusFrom = async (headers: Record<string, string>) =>
      Number(
        /^HTTP\/1.1 (\d+)/.exec(await door.raw(http('/', { ...page, ...headers }, '{"TableName":"s","Key":{}}')))?.[1],
      );
    const originOf = ({ port }: { port(): number }) => ({ origin: `http://localhost:${port()}` });

    expect(await statusFrom(originOf(door.door))).toBe(200);
    expect(await statusFrom(originOf(door.door.forFunctions))).toBe(403);
    expect(await statusFrom({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toBe(403);
  });

  it('refuses access keys that it did not give out, in the words of each protocol', async () => {
    const stranger = door.settings({ accessKeyId: 'AKIASTRANGER', secretAccessKey: 'x' });

    await expect(
      new DynamoDBClient(stranger).send(new GetItemCommand({ TableName: 'scores', Key: {} })),
    ).rejects.toMatchObject({ name: 'UnrecognizedClientException', message: expect.stringContaining('AKIASTRANGER') });
    await expect(
      new SNSClient(stranger).send(new PublishCommand({ TopicArn: TOPIC, Message: 'x' })),
    ).rejects.toMatchObject({ name: 'InvalidClientTokenId', $metadata: { httpStatusCode: 403 } });
    expect(door.core.journal.ended().map(({ from, outcome }) => [from, outcome])).toEqual([
      ['client', 'error'],
      ['client', 'error'],
    ]);
  });

  it('names action, resource and role of what IAM refuses, to the caller and in the journal', async () => {
    const role = await door.role('pong', {
      Effect: 'Allow',
      Action: 'dynamodb:GetItem',
      Resource: 'arn:aws:dynamodb:eu-west-1:000000000000:table/scores',
    });
    const message =
      'User: arn:aws:sts::000000000000:assumed-role/pong/pong is not authorized to perform: sns:Publish on resource: ' +
      `${TOPIC} because no identity-based policy allows the sns:Publish action`;

    await expect(
      new SNSClient(door.settings(role)).send(new PublishCommand({ TopicArn: TOPIC, Message: 'x' })),
    ).rejects.toMatchObject({ Error: { Code: 'AuthorizationError' }, message, $metadata: { httpStatusCode: 403 } });
    await new DynamoDBClient(door.settings(role)).send(new GetItemCommand({ TableName: 'scores', Key: {} }));
    await expect(
      new DynamoDBClient(door.settings(role)).send(new GetItemCommand({ TableName: 'other', Key: {} })),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });

    expect(door.core.journal.ended()).toMatchObject([
      {
        kind: 'call',
        service: 'sns',
        action: 'Publish',
        from: 'arn:aws:sts::000000000000:assumed-role/pong/pong',
        to: TOPIC,
        outcome: 'error',
        error: { code: 'AuthorizationError', message },
        detail: { action: 'sns:Publish', resource: TOPIC, role: role.arn },
      },
      { service: 'dynamodb', outcome: 'ok' },
      { service: 'dynamodb', outcome: 'error', to: 'arn:aws:dynamodb:eu-west-1:000000000000:table/other' },
    ]);
  });
});

describe('a call', () => {
  it('is throttled by the fault plan in the words of its service, before it runs', async () => {
    door = await open({ faults: { rules: [{ match: { operation: 'GetItem' }, throttle: 1 }, { throttle: 1 }] } });

    await expect(
      new DynamoDBClient(door.settings()).send(new GetItemCommand({ TableName: 'scores', Key: {} })),
    ).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    await expect(
      new SNSClient(door.settings()).send(new PublishCommand({ TopicArn: TOPIC, Message: 'x' })),
    ).rejects.toMatchObject({ Error: { Code: 'Throttling' } });
    expect(door.asked).toEqual([]);
  });

  it('is journaled with its trace and correlation id', async () => {
    door = await open();
    const sns = new SNSClient(door.settings());
    sns.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers['x-amzn-trace-id'] = 'Root=1-abc-def;Lineage=x:1';
        return next(args);
      },
      { step: 'build' },
    );

    await sns.send(
      new PublishCommand({
        TopicArn: TOPIC,
        Message: 'x',
        MessageAttributes: { correlationId: { DataType: 'String', StringValue: 'rally-7' } },
      }),
    );

    expect(door.core.journal.ended()).toMatchObject([
      { traceId: '1-abc-def', correlationId: 'rally-7', from: 'arn:aws:iam::000000000000:root', outcome: 'ok' },
    ]);
    expect(door.asked[0]?.context.traceHeader).toBe('Root=1-abc-def;Lineage=x:1');
  });

  it('can be stopped before and is seen after it was carried out by an interceptor', async () => {
    door = await open();
    const seen: string[] = [];
    door.core.interceptors.push({
      before: ({ operation }) => void seen.push(`before ${operation}, ${door.asked.length} done`),
      after: ({ operation }) => void seen.push(`after ${operation}, ${door.asked.length} done`),
    });

    await new SNSClient(door.settings()).send(new PublishCommand({ TopicArn: TOPIC, Message: 'x' }));

    expect(seen).toEqual(['before Publish, 0 done', 'after Publish, 1 done']);
  });
});
