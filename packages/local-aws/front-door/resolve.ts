import { Readable } from 'node:stream';
import { parseJson } from '../core/boundedJson.ts';
import { AwsError, NotSupportedError } from '../core/errors.ts';
import type { LocalService, RestRoute } from '../core/service.ts';
import type { Services } from '../core/services.ts';
import { parseForm } from './form.ts';
import { parseXml } from './restXml.ts';
import { readSignature, type Signature } from './signature.ts';

/** A request as far as HTTP goes. */
export interface PlainRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: Buffer;
  /** The body while it comes, where the operation reads it so; `body` is empty then. */
  stream?: Readable;
}

/** What is known of a request before its body has come. */
export type RequestHead = Pick<PlainRequest, 'method' | 'path' | 'query' | 'headers'>;

/** A request that turned out to be a call of an operation. */
export interface ResolvedCall {
  service: LocalService;
  operation: string;
  input: Record<string, unknown>;
}

/** What a request asks for: its service as soon as that is known, so that errors come in the service's own format. */
export interface Resolution {
  service: LocalService | undefined;
  /** Finds the operation and reads its input. Throws AwsError. */
  call(): ResolvedCall;
}

/** Finds the service: by target prefix, else by what the request was signed for, else by a path that only one knows. */
export function resolve(services: Services, request: PlainRequest, signature: Signature | undefined): Resolution {
  const target = request.headers['x-amz-target'];
  if (target !== undefined) return resolveJson(services, request, target);
  const service = signature ? services.byId(signature.service) : serviceByPath(services, request);
  if (!service) {
    const what = signature ? `the service '${signature.service}'` : `${request.method} ${request.path}`;
    return { service, call: () => refuse(services, what) };
  }
  switch (service.protocol?.kind) {
    case 'query':
      return { service, call: () => queryCall(service, request) };
    case 'rest':
    case 'rest-xml':
      return { service, call: () => restCall(service, request) };
    default:
      return { service, call: () => refuse(services, inThisProtocol(service, request)) };
  }
}

function refuse(services: Services, what: string): never {
  throw services.unsupported(what);
}

/** Whether the request's body is to be read by the operation that it calls, piece by piece. */
export function streamsBody(services: Services, head: RequestHead): boolean {
  const signature = readSignature(head.headers.authorization);
  const service = signature && services.byId(signature.service);
  return service !== undefined && routeOf(service, head)?.streams === true;
}

function routeOf({ protocol }: LocalService, { method, path, query, headers }: RequestHead): RestRoute | undefined {
  if (protocol?.kind === 'rest') return protocol.route(method, path);
  return protocol?.kind === 'rest-xml' ? protocol.route(method, path, query, headers) : undefined;
}

function serviceByPath(services: Services, head: PlainRequest): LocalService | undefined {
  const { method, path, headers } = head;
  // An unsigned form can only be refused, but by a service that speaks forms, so that the client can read why.
  const speaks = (service: LocalService) =>
    service.protocol?.kind === 'rest'
      ? routeOf(service, head) !== undefined
      : service.protocol?.kind === 'query' && path === '/' && method === 'POST' && isForm(headers);
  return services.all().find(speaks);
}

function inThisProtocol(service: LocalService, { headers }: PlainRequest): string {
  const spoken = headers['smithy-protocol'] ?? headers['content-type'] ?? 'no X-Amz-Target header';
  return `${service.id} in this protocol (${spoken})`;
}

const JSON_TYPE = /^application\/(x-amz-json-1\.[01]|json)\s*(;|$)/i;
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;|$)/i;
const isForm = (headers: Record<string, string>) => FORM_TYPE.test(headers['content-type'] ?? '');

function resolveJson(services: Services, request: PlainRequest, target: string): Resolution {
  const dot = target.lastIndexOf('.');
  const service = services.byTargetPrefix(target.slice(0, dot));
  if (!service) return { service, call: () => refuse(services, `the target '${target}'`) };
  return {
    service,
    call() {
      const type = request.headers['content-type'] ?? '';
      if (!JSON_TYPE.test(type)) throw malformed(`its Content-Type is '${type}', not application/x-amz-json-1.0`);
      return { service, operation: target.slice(dot + 1), input: jsonObject(request.body, service) };
    },
  };
}

function queryCall(service: LocalService, request: PlainRequest): ResolvedCall {
  if (request.method === 'POST' && !isForm(request.headers)) {
    const type = request.headers['content-type'] ?? '';
    throw malformed(`its Content-Type is '${type}', not application/x-www-form-urlencoded`);
  }
  const form = request.method === 'POST' ? request.body.toString('utf8') : request.query.toString();
  const { Action, Version: _one, ...input } = parseForm(form);
  if (typeof Action !== 'string' || Action === '') {
    throw new AwsError('MissingAction', 'The request must contain the parameter Action.');
  }
  return { service, operation: Action, input };
}

function restCall(service: LocalService, request: PlainRequest): ResolvedCall {
  const route = routeOf(service, request);
  if (!route) throw new NotSupportedError(`${request.method} ${request.path} of ${service.id}`);
  const { operation, parameters, headers = {}, members } = route;
  // What is not known is refused by its name, whatever its body is.
  const isKnown = service.operations !== undefined && Object.hasOwn(service.operations, operation);
  const fromBody = isKnown ? bodyOf(service, route, request) : {};
  const fromHeaders = Object.entries(headers).filter(([, header]) => request.headers[header] !== undefined);
  const input = {
    ...Object.fromEntries(request.query),
    ...fromBody,
    ...members?.(request.headers),
    ...Object.fromEntries(fromHeaders.map(([member, header]) => [member, request.headers[header]])),
    ...parameters,
  };
  return { service, operation, input };
}

function bodyOf(service: LocalService, { payload, streams }: RestRoute, { body, stream }: PlainRequest): object {
  if (payload === undefined) return service.protocol?.kind === 'rest-xml' ? parseXml(body) : jsonObject(body, service);
  return { [payload]: streams ? (stream ?? Readable.from([body])) : body };
}

function malformed(reason: string): AwsError {
  return new AwsError('SerializationException', `The request cannot be read: ${reason}.`);
}

/** The most that a call of a service says, in values, where the service does not say otherwise. */
const MAX_VALUES = 50_000;

function jsonObject(body: Buffer, { protocol }: LocalService): Record<string, unknown> {
  if (body.length === 0) return {};
  const values = (protocol?.kind === 'json' && protocol.maxValues) || MAX_VALUES;
  let value: unknown;
  try {
    value = parseJson(body.toString('utf8'), { values });
  } catch (error) {
    throw malformed(`its body is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed('its body is not a JSON object');
  return value as Record<string, unknown>;
}
