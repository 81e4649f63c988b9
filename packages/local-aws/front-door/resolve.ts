import { AwsError, NotSupportedError } from '../core/errors.ts';
import type { AwsService, Operation } from '../core/service.ts';
import { parseForm } from './form.ts';
import type { Registry } from './registry.ts';
import type { Signature } from './signature.ts';

/** A request as far as HTTP goes. */
export interface PlainRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: Buffer;
}

/** A request that turned out to be a call of an operation. */
export interface ResolvedCall {
  service: AwsService;
  operationName: string;
  operation: Operation;
  input: Record<string, unknown>;
}

/** What a request asks for: its service as soon as that is known, so that errors come in the service's own format. */
export interface Resolution {
  service: AwsService | undefined;
  /** Finds the operation and reads its input. Throws AwsError. */
  call(): ResolvedCall;
}

/** Finds the service: by target prefix, else by what the request was signed for, else by a path that only one knows. */
export function resolve(registry: Registry, request: PlainRequest, signature: Signature | undefined): Resolution {
  const target = request.headers['x-amz-target'];
  if (target !== undefined) return resolveJson(registry, request, target);
  const service = signature ? registry.byId(signature.service) : serviceByPath(registry, request);
  if (!service) {
    const what = signature ? `the service '${signature.service}'` : `${request.method} ${request.path}`;
    return { service, call: () => unsupported(what, registry) };
  }
  switch (service.protocol.kind) {
    case 'json':
      return { service, call: () => unsupported(jsonProblem(service, request), registry) };
    case 'query':
      return { service, call: () => queryCall(service, request) };
    case 'rest':
      return { service, call: () => restCall(service, request) };
  }
}

function unsupported(what: string, registry: Registry): never {
  const services = registry.all().map(({ id }) => id);
  throw new NotSupportedError(what, `Its services are ${services.join(', ')}`);
}

function serviceByPath(registry: Registry, { method, path, headers }: PlainRequest): AwsService | undefined {
  // An unsigned form can only be refused, but by a service that speaks forms, so that the client can read why.
  const speaks = (service: AwsService) =>
    service.protocol.kind === 'rest'
      ? service.protocol.route(method, path) !== undefined
      : service.protocol.kind === 'query' && path === '/' && method === 'POST' && isForm(headers);
  return registry.all().find(speaks);
}

function jsonProblem(service: AwsService, { headers }: PlainRequest): string {
  const spoken = headers['smithy-protocol'] ?? headers['content-type'] ?? 'no X-Amz-Target header';
  return `${service.id} in this protocol (${spoken})`;
}

function operationOf(service: AwsService, name: string): Operation {
  const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
  if (operation) return operation;
  const known = Object.keys(service.operations).sort().join(', ');
  throw new NotSupportedError(`the operation ${service.id}:${name}`, `Of ${service.id} it knows ${known}`);
}

const JSON_TYPE = /^application\/(x-amz-json-1\.[01]|json)\s*(;|$)/i;
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;|$)/i;
const isForm = (headers: Record<string, string>) => FORM_TYPE.test(headers['content-type'] ?? '');

function resolveJson(registry: Registry, request: PlainRequest, target: string): Resolution {
  const dot = target.lastIndexOf('.');
  const service = registry.byTargetPrefix(target.slice(0, dot));
  if (!service) return { service, call: () => unsupported(`the target '${target}'`, registry) };
  return {
    service,
    call() {
      const type = request.headers['content-type'] ?? '';
      if (!JSON_TYPE.test(type)) throw malformed(`its Content-Type is '${type}', not application/x-amz-json-1.0`);
      const operationName = target.slice(dot + 1);
      const operation = operationOf(service, operationName);
      return { service, operationName, operation, input: jsonObject(request.body) };
    },
  };
}

function queryCall(service: AwsService, request: PlainRequest): ResolvedCall {
  if (request.method === 'POST' && !isForm(request.headers)) {
    const type = request.headers['content-type'] ?? '';
    throw malformed(`its Content-Type is '${type}', not application/x-www-form-urlencoded`);
  }
  const form = request.method === 'POST' ? request.body.toString('utf8') : request.query.toString();
  const { Action, Version: _one, ...input } = parseForm(form);
  if (typeof Action !== 'string' || Action === '') {
    throw new AwsError('MissingAction', 'The request must contain the parameter Action.');
  }
  return { service, operationName: Action, operation: operationOf(service, Action), input };
}

function restCall(service: AwsService, request: PlainRequest): ResolvedCall {
  const { method, path } = request;
  const route = service.protocol.kind === 'rest' ? service.protocol.route(method, path) : undefined;
  if (!route) throw new NotSupportedError(`${method} ${path} of ${service.id}`);
  const operation = operationOf(service, route.operation);
  const fromBody = route.rawBody || request.body.length === 0 ? {} : jsonObject(request.body);
  const input = { ...fromBody, ...Object.fromEntries(request.query), ...route.parameters };
  return { service, operationName: route.operation, operation, input };
}

function malformed(reason: string): AwsError {
  return new AwsError('SerializationException', `The request cannot be read: ${reason}.`);
}

function jsonObject(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw malformed(`its body is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed('its body is not a JSON object');
  return value as Record<string, unknown>;
}
