import type { ErrorObject, ValidateFunction } from 'ajv';
import { parseJson } from '../core/boundedJson.ts';
import { GatewayError } from './gatewayError.ts';
import { contentTypeOf, type MethodCall, templateParameters } from './request.ts';

/** Checks a request as its method's validator asks. Throws GatewayError BAD_REQUEST_PARAMETERS or BAD_REQUEST_BODY. */
export function validateRequest(call: MethodCall): void {
  const { method, request } = call;
  if (method.validatorId === undefined) return;
  const validator = request.api.validators.get(method.validatorId);
  if (validator?.validatesParameters) checkParameters(call);
  if (validator?.validatesBody) checkBody(call);
}

function checkParameters(call: MethodCall): void {
  const { path, querystring, header } = templateParameters(call);
  const headerNames = new Map(Object.entries(header).map(([name, value]) => [name.toLowerCase(), value]));
  const missing = Object.entries(call.method.requestParameters)
    .filter(([, isRequired]) => isRequired)
    .map(([name]) => /^method\.request\.(\w+)\.(.+)$/.exec(name))
    .toSorted((one, other) => placeOf(one) - placeOf(other))
    .filter((found) => {
      const [, place, name = ''] = found ?? [];
      const value = { path: path[name], querystring: querystring[name], header: headerNames.get(name.toLowerCase()) };
      return !value[place as keyof typeof value];
    })
    .map((found) => found?.[2]);
  if (missing.length === 0) return;
  const message = `Missing required request parameters: [${missing.join(', ')}]`;
  throw new GatewayError('BAD_REQUEST_PARAMETERS', message, { message, validationError: message });
}

const PLACES = ['header', 'path', 'querystring'];
/** In which order the missing ones are told. */
const placeOf = (found: RegExpExecArray | null) => PLACES.indexOf(found?.[1] ?? '');

/** A body of many wrong members is told so many of them. */
const MAX_ERRORS = 20;

function checkBody({ method, request }: MethodCall): void {
  const name = method.requestModels[contentTypeOf(request)] ?? method.requestModels.$default;
  const validate = name === undefined ? undefined : request.api.models.get(name);
  if (!validate) return;
  let body: unknown;
  try {
    body = parseJson(request.body.toString());
  } catch (cause) {
    throw invalidBody(`[${String(cause)}]`);
  }
  if (!isValid(validate, body)) {
    const told = (validate.errors ?? []).slice(0, MAX_ERRORS);
    throw invalidBody(`[${told.map(describe).join(', ')}]`);
  }
}

/** Throws GatewayError where the model asks for too much work. */
function isValid(validate: ValidateFunction, body: unknown): boolean {
  try {
    return validate(body);
  } catch (cause) {
    throw new GatewayError('API_CONFIGURATION_ERROR', `The body cannot be checked against its model: ${String(cause)}`);
  }
}

function invalidBody(validationError: string): GatewayError {
  return new GatewayError('BAD_REQUEST_BODY', `Invalid request body: ${validationError}`, { validationError });
}

function describe({ instancePath, message }: ErrorObject): string {
  return `${instancePath || 'body'} ${message}`;
}
