import type { AwsError } from '../core/errors.ts';
import { type AwsService, RawAnswer } from '../core/service.ts';
import type { HttpResponse } from './listener.ts';
import { queryAnswer, queryError } from './xml.ts';

/** SQS's codes in the Query protocol, which clients still see beside those of JSON. */
const SQS_QUERY_CODES: Record<string, string> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  PurgeQueueInProgress: 'AWS.SimpleQueueService.PurgeQueueInProgress',
  QueueDeletedRecently: 'AWS.SimpleQueueService.QueueDeletedRecently',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

/** The shape names that DynamoDB and SQS write before an error's code. */
const ERROR_NAMESPACES: Record<string, string> = {
  dynamodb: 'com.amazonaws.dynamodb.v20120810#',
  sqs: 'com.amazonaws.sqs#',
};

/** Puts an operation's result into the service's protocol. */
export function successAnswer(service: AwsService, operation: string, result: unknown, requestId: string): RawAnswer {
  if (result instanceof RawAnswer) return result;
  const { protocol } = service;
  if (protocol.kind === 'query') {
    return new RawAnswer(
      200,
      { 'content-type': 'text/xml' },
      queryAnswer(operation, protocol.xmlns, result, requestId),
    );
  }
  const type = protocol.kind === 'json' ? `application/x-amz-json-${protocol.version}` : 'application/json';
  return new RawAnswer(200, { 'content-type': type }, JSON.stringify(result ?? {}));
}

/** Puts an error into the service's protocol; JSON where no service is known. */
export function errorAnswer(service: AwsService | undefined, error: AwsError, requestId: string): RawAnswer {
  const { code, message, status, fields } = error;
  if (service?.protocol.kind === 'query') {
    const body = queryError(service.protocol.xmlns, { code, message, sender: status < 500, fields }, requestId);
    return new RawAnswer(status, { 'content-type': 'text/xml' }, body);
  }
  const headers: Record<string, string> = { 'x-amzn-errortype': code };
  if (service?.protocol.kind === 'rest') {
    const body = { Type: status < 500 ? 'User' : 'Service', Message: message, message, ...fields };
    return new RawAnswer(status, { ...headers, 'content-type': 'application/json' }, JSON.stringify(body));
  }
  const version = service?.protocol.kind === 'json' ? service.protocol.version : '1.0';
  headers['content-type'] = `application/x-amz-json-${version}`;
  if (service?.id === 'sqs') {
    headers['x-amzn-query-error'] = `${SQS_QUERY_CODES[code] ?? code};${status < 500 ? 'Sender' : 'Receiver'}`;
  }
  const type = `${ERROR_NAMESPACES[service?.id ?? ''] ?? ''}${code}`;
  return new RawAnswer(status, headers, JSON.stringify({ __type: type, message, ...fields }));
}

/** Sends an answer. The date is the clock's, so that clients under a virtual clock see no other time. */
export function send(response: HttpResponse, answer: RawAnswer, extra: Record<string, string>): void {
  // The client may be gone: a timeout of its own, or an invocation that was killed.
  if (response.destroyed || response.writableEnded) return;
  const { body } = answer;
  const headers = { ...answer.headers, ...extra, 'content-length': Buffer.byteLength(body) };
  // The two versions of HTTP declare the same call in types that do not unite.
  (response as { writeHead(status: number, headers: object): unknown }).writeHead(answer.status, headers);
  (response as { end(body: string | Buffer): unknown }).end(body);
}
