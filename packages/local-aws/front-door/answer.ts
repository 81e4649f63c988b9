import { pipeline, type Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { AwsError } from '../core/errors.ts';
import { jsonAnswer, type LocalService, RawAnswer, StreamAnswer } from '../core/service.ts';
import type { HttpResponse } from './listener.ts';
import { xmlAnswer, xmlError } from './restXml.ts';
import { queryAnswer, queryError } from './xml.ts';

/** Puts an operation's result into the service's protocol. */
export function successAnswer(service: LocalService, operation: string, result: unknown, requestId: string): RawAnswer {
  if (result instanceof RawAnswer) return result;
  const { protocol } = service;
  switch (protocol?.kind) {
    case 'query': {
      const body = queryAnswer(operation, protocol.xmlns, result, requestId);
      return new RawAnswer(200, { 'content-type': 'text/xml' }, body);
    }
    case 'json':
      return jsonAnswer(`application/x-amz-json-${protocol.version}`, result);
    case 'rest-xml':
      return (
        protocol.answer?.(operation, result) ??
        xmlAnswer(protocol.roots?.[operation] ?? `${operation}Result`, protocol.xmlns, result)
      );
    default:
      return protocol?.answer?.(operation, result) ?? jsonAnswer('application/json', result);
  }
}

/** Puts an error into the service's protocol; JSON where no service is known. */
export function errorAnswer(service: LocalService | undefined, error: AwsError, requestId: string): RawAnswer {
  const { code, message, status, fields } = error;
  const { protocol, errors } = service ?? {};
  if (protocol?.kind === 'query') {
    const body = queryError(protocol.xmlns, { code, message, sender: status < 500, fields }, requestId);
    return new RawAnswer(status, { 'content-type': 'text/xml' }, body);
  }
  if (protocol?.kind === 'rest-xml')
    return xmlError(error, requestId, protocol.wrapsErrors ? protocol.xmlns : undefined);
  const headers: Record<string, string> = { 'x-amzn-errortype': code };
  if (protocol?.kind === 'rest') {
    const body = { Type: status < 500 ? 'User' : 'Service', Message: message, message, ...fields };
    return new RawAnswer(status, { ...headers, 'content-type': 'application/json' }, JSON.stringify(body));
  }
  headers['content-type'] = `application/x-amz-json-${protocol?.version ?? '1.0'}`;
  if (errors?.queryCodes) {
    headers['x-amzn-query-error'] = `${errors.queryCodes[code] ?? code};${status < 500 ? 'Sender' : 'Receiver'}`;
  }
  if (errors?.hasMessageHeader) {
    headers['x-amzn-errortype'] = `${code}:`;
    headers['x-amzn-errormessage'] = message.replaceAll(/[^ -~]+/g, ' ').trim();
  }
  const body = { __type: `${errors?.namespace ?? ''}${code}`, message, ...fields };
  return new RawAnswer(status, headers, JSON.stringify(body));
}

/** Sends an answer. The date is the clock's, so that clients under a virtual clock see no other time. */
export function send(response: HttpResponse, answer: RawAnswer, extra: Record<string, string>): void {
  // The client may be gone: a timeout of its own, or an invocation that was killed.
  if (response.destroyed || response.writableEnded) {
    if (answer instanceof StreamAnswer) answer.stream.destroy();
    return;
  }
  // The two versions of HTTP declare the same calls in types that do not unite.
  const out = response as { writeHead(status: number, headers: object): unknown; end(body: string | Buffer): unknown };
  if (answer instanceof StreamAnswer) {
    out.writeHead(answer.status, { ...answer.headers, ...extra });
    // A stream that breaks off breaks the answer off: the client must not take it for whole.
    pipeline(answer.stream, response as Writable, (error) => error && response.destroy());
    return;
  }
  const { body } = answer;
  out.writeHead(answer.status, { ...answer.headers, ...extra, 'content-length': Buffer.byteLength(body) });
  out.end(body);
}

/** The answer in one piece, for those who do not speak HTTP. */
export async function whole(answer: RawAnswer): Promise<RawAnswer> {
  return answer instanceof StreamAnswer
    ? new RawAnswer(answer.status, answer.headers, await buffer(answer.stream))
    : answer;
}
