import type { Core } from '../core/cloud.ts';
import { AwsError, asError, internalError } from '../core/errors.ts';
import type { RawAnswer } from '../core/service.ts';
import { send } from './answer.ts';
import { ClientGone, readBody } from './body.ts';

import { refusalOf } from './guard.ts';
import { httpDate, plainHeaders, splitUrl } from './http.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from './listener.ts';
import { problem } from './localApi.ts';
import type { PlainRequest, RequestHead } from './resolve.ts';

/** A request whose body has been read, as the handlers behind a port see it. */
export interface ReceivedRequest extends PlainRequest {
  /** Names and values in turn, as they were sent: spelling and repetition are lost in `headers`. */
  rawHeaders: readonly string[];
  /** As it was sent, percent-encoded, without the question mark. */
  rawQuery: string;
  /** What the answer's `x-amzn-requestid` says. */
  requestId: string;
}

/** What every answer of a port carries. */
export type CommonHeaders = Record<string, string> & { 'x-amzn-requestid': string; date: string };

/** What stands behind a port. */
export interface Exchange {
  core: Pick<Core, 'newId' | 'clock'>;
  /** The ports whose pages may call. */
  ports: ReadonlySet<number>;
  /** What every answer to this path carries beyond id and date. */
  headersFor?(path: string, headers: Record<string, string>): Record<string, string>;
  /** Whether the body is left to whoever answers, as `request.stream`, and read while it comes. Default: never. */
  streams?(head: RequestHead): boolean;
  /** Answers; undefined when it has taken the response for a stream. An AwsError that it throws becomes `failure`. */
  answer(request: ReceivedRequest, response: HttpResponse, common: CommonHeaders): Promise<RawAnswer | undefined>;
  /** How an error looks to the client. Default: problem details. */
  failure?(error: AwsError, request: { path: string; requestId: string }): RawAnswer;
  /** Writes down an error of local-aws itself. */
  log(message: string, error: Error): void;
}

/**
 * What all ports do alike: turn away foreign hosts and origins before anything else is looked at, read the body within
 * bounds, name and date the answer, and make an answer of every error.
 */
export function exchangeHandler(exchange: Exchange): HttpHandler {
  const { core, failure = problem, log } = exchange;
  return async (request, response) => {
    const headers = plainHeaders(request);
    const { path, query, rawQuery } = splitUrl(request.url ?? '/');
    const common = commonHeaders(core);
    const requestId = common['x-amzn-requestid'];
    let stream: HttpRequest | undefined;
    try {
      const refusal = refusalOf({ method: request.method, headers }, exchange.ports);
      if (refusal) {
        request.resume();
        const { status, message } = refusal;
        return send(response, problem(new AwsError('Forbidden', message, { status })), common);
      }
      if (exchange.headersFor) Object.assign(common, exchange.headersFor(path, headers));
      checkEncoding(path);
      const method = request.method ?? 'GET';
      stream = exchange.streams?.({ method, path, query, headers }) ? request : undefined;
      const body = stream ? NO_BODY : await readBody(request);
      const received = {
        method,
        path,
        query,
        rawQuery,
        headers,
        body,
        rawHeaders: request.rawHeaders,
        requestId,
        ...(stream && { stream }),
      };
      const answer = await exchange.answer(received, response, common);
      if (answer) send(response, answer, common);
      // What nobody has read is thrown away, so that the client gets to read the answer.
      stream?.resume();
    } catch (thrown) {
      stream?.resume();
      if (thrown instanceof ClientGone) return;
      send(response, failure(errorOf(thrown, { path, requestId, log }), { path, requestId }), common);
    }
  };
}

const NO_BODY = Buffer.alloc(0);

/** A new answer's id and date. */
export function commonHeaders({ newId, clock }: Exchange['core']): CommonHeaders {
  return { 'x-amzn-requestid': newId(), date: httpDate(clock.now()) };
}

/** What the client is told of a failure; what is a defect of local-aws itself goes to its log. */
export function errorOf(
  thrown: unknown,
  { path, requestId, log }: Pick<Exchange, 'log'> & { path: string; requestId: string },
): AwsError {
  if (thrown instanceof AwsError) return thrown;
  log(`request ${requestId} for ${path} failed`, asError(thrown));
  return internalError(requestId);
}

/** Throws AwsError: a path that does not decode would be an exception in whoever reads a name from it. */
export function checkEncoding(path: string): void {
  try {
    if (path.includes('%')) decodeURIComponent(path);
  } catch (cause) {
    throw new AwsError('MalformedPath', `The path '${path}' is not percent-encoded well.`, { cause });
  }
}
