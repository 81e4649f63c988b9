import type { APIGatewayProxyEvent, PreSignUpEmailTriggerEvent } from 'aws-lambda';
import { lineKeys } from './correlated.ts';
import type { ProxyEvent } from './http/request.ts';
import type { Log } from './observability.ts';

/** A log that keeps its lines. */
export function recordingLog() {
  const lines: { level: string; message: unknown; extra: unknown; correlationId: unknown }[] = [];
  const write =
    (level: string) =>
    (message: unknown, ...[extra]: unknown[]) =>
      void lines.push({ level, message, extra, correlationId: lineKeys().correlationId });
  const log: Log = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
  return { log, lines };
}

/** An invocation's context. */
export const context = { awsRequestId: 'request-1' };

/** A REST API proxy event, with overrides. */
export function proxyEvent(overrides: Partial<APIGatewayProxyEvent> = {}): APIGatewayProxyEvent {
  return {
    httpMethod: 'POST',
    path: '/games',
    resource: '/games',
    headers: { 'Content-Type': 'application/json' },
    multiValueHeaders: {},
    pathParameters: null,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    stageVariables: null,
    body: null,
    isBase64Encoded: false,
    requestContext: { requestId: 'gateway-1' } as APIGatewayProxyEvent['requestContext'],
    ...overrides,
  };
}

/** The event of an HTTP API, with overrides. */
export function httpApiEvent(overrides: Record<string, unknown> = {}): ProxyEvent {
  const event = {
    version: '2.0',
    routeKey: 'POST /bulbs/{bulbId}',
    rawPath: '/bulbs/b-1',
    rawQueryString: '',
    headers: { 'content-type': 'application/json' },
    requestContext: { http: { method: 'POST' } },
    isBase64Encoded: false,
    ...overrides,
  };
  return event as unknown as ProxyEvent;
}

/** An SNS event with one record. */
export const snsEvent = (message: unknown) => ({
  Records: [
    { EventSource: 'aws:sns', Sns: { Message: typeof message === 'string' ? message : JSON.stringify(message) } },
  ],
});

/** An event of a bus, as a rule gives it to a function. */
export const busEvent = (event: { type: string; source: string; time: string }) => ({
  version: '0',
  id: 'bus-1',
  'detail-type': event.type,
  source: event.source,
  account: '000000000000',
  time: `${event.time.slice(0, 19)}Z`,
  region: 'eu-west-1',
  resources: [],
  detail: event,
});

/** A batch of a Kinesis stream's shard: each record is text, or what it is the JSON of. Sequence numbers count from 1. */
export const streamEvent = (records: readonly unknown[]) => ({
  Records: records.map((record, at) => ({
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${at + 1}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/function',
    awsRegion: 'eu-west-1',
    eventSourceARN: 'arn:aws:kinesis:eu-west-1:000000000000:stream/statuses',
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: 'ann',
      sequenceNumber: String(at + 1),
      data: Buffer.from(typeof record === 'string' ? record : JSON.stringify(record)).toString('base64'),
      approximateArrivalTimestamp: 1_893_456_000.123,
    },
  })),
});

/** The same batch as a pipe gives it to a function: a list, and what a record says beside where it is from. */
export const pipedEvent = (records: readonly unknown[]) =>
  streamEvent(records).Records.map(({ kinesis, ...origin }) => ({ ...kinesis, ...origin }));

/**
 * A batch of an SQS queue: each message is text, or what it is the JSON of; with `groups` it is a FIFO queue's, each of the group at its
 * place. Ids count from 1.
 */
export const queueEvent = (
  messages: readonly unknown[],
  { groups, receiveCount = 1 }: { groups?: readonly string[]; receiveCount?: number } = {},
) => ({
  Records: messages.map((message, at) => ({
    messageId: `message-${at + 1}`,
    receiptHandle: `receipt-${at + 1}`,
    body: typeof message === 'string' ? message : JSON.stringify(message),
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: '1893456000000',
      SenderId: 'AROAEXAMPLE:sender',
      ApproximateFirstReceiveTimestamp: '1893456000001',
      ...(groups && { MessageGroupId: groups[at], MessageDeduplicationId: `${at + 1}`, SequenceNumber: `${at + 1}` }),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:eu-west-1:000000000000:inbox${groups ? '.fifo' : ''}`,
    awsRegion: 'eu-west-1',
  })),
});

/** What reaches a route of a WebSocket API, with overrides of its context. */
export const socketEvent = (routeKey: string, overrides: Record<string, unknown> = {}, body?: string) => ({
  requestContext: {
    routeKey,
    eventType: { $connect: 'CONNECT', $disconnect: 'DISCONNECT' }[routeKey] ?? 'MESSAGE',
    connectionId: 'connection-1=',
    connectedAt: Date.parse('2030-01-01T00:00:00Z'),
    requestTimeEpoch: Date.parse('2030-01-01T00:00:01Z'),
    requestId: 'gateway-1',
    ...overrides,
  },
  ...(body !== undefined && { body }),
  isBase64Encoded: false,
});

/** A schedule that has fired. */
export const scheduledEvent = {
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  id: 'tick-1',
  time: '2030-01-01T00:00:00Z',
  detail: {},
};

/** What a user pool sends to its PreSignUp trigger when somebody signs up, with overrides. */
export function preSignUpEvent(overrides: Partial<PreSignUpEmailTriggerEvent> = {}): PreSignUpEmailTriggerEvent {
  return {
    version: '1',
    triggerSource: 'PreSignUp_SignUp',
    region: 'eu-west-1',
    userPoolId: 'eu-west-1_Abcdefghi',
    userName: 'Ada',
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: 'the-arcade' },
    request: { userAttributes: { email: 'ada@example.com' } },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
    ...overrides,
  };
}
