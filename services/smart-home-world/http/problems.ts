import { type HttpAnswer, HttpProblem } from '@arcade/lambda';
import type { GatewayError } from '../domain/gateway.ts';
import type { Tokens } from '../domain/tokens.ts';
import type { Refusal } from '../domain/vendor.ts';

/** For a token that opens nothing; also for a home that is not there, so that nobody learns which are. */
export const unauthorized = () =>
  new HttpProblem(401, { detail: 'The token is missing or not good here.', headers: { 'www-authenticate': 'Bearer' } });

export const notThere = (what: string) => new HttpProblem(404, { detail: `There is no such ${what}.` });

/** How long somebody who asks too much is told to wait, in seconds. */
const WAIT_SECONDS = '1';

const REFUSALS: Readonly<Record<Refusal, () => HttpProblem>> = {
  'no-device': () => notThere('device'),
  'bad-callback': () =>
    new HttpProblem(422, { type: 'urn:arcade:vendor:bad-callback', detail: 'This address is not called back.' }),
  unreachable: () =>
    new HttpProblem(503, { type: 'urn:arcade:vendor:unreachable', detail: 'The device does not answer.' }),
  failed: () => new HttpProblem(503, { type: 'urn:arcade:vendor:failed', detail: 'The command failed.' }),
  busy: () =>
    new HttpProblem(429, { detail: 'There are too many requests.', headers: { 'retry-after': WAIT_SECONDS } }),
};

/** Why the vendor refuses a command. */
export const vendorProblem = (why: Refusal): HttpProblem => REFUSALS[why]();

/** What the vendor says of a request that does not fit: a value that no bulb can have is 422. */
export const vendorRefusal = (problem: HttpProblem): HttpAnswer => ({
  status: problem.status === 400 ? 422 : problem.status,
  body: problem.document(),
  headers: { 'content-type': 'application/problem+json', ...problem.details.headers },
});

export const hubChanged = () => new HttpProblem(412, { detail: 'The grant has another version by now.' });
export const hubOff = () => new HttpProblem(503, { detail: 'The hub is switched off.' });

/** What the token endpoint answers: RFC 6749, sections 5.1 and 5.2. */
export function tokenAnswer(tokens: Tokens): HttpAnswer {
  const headers = { 'cache-control': 'no-store' };
  const { outcome, ...rest } = tokens;
  if (outcome === 'issued') return { status: 200, body: rest, headers };
  const { error, description } = tokens;
  return { status: error === 'invalid_client' ? 401 : 400, body: { error, error_description: description }, headers };
}

/** A request that is no form, in OAuth's words. */
export const tokenRefusal = ({ status, message }: HttpProblem): HttpAnswer => ({
  status: status < 500 ? 400 : status,
  body: { error: status < 500 ? 'invalid_request' : 'server_error', error_description: message },
});

const STATUSES: Readonly<Record<GatewayError, number>> = {
  INVALID_REQUEST_EXCEPTION: 400,
  INVALID_ACCESS_TOKEN_EXCEPTION: 401,
  SKILL_DISABLED_EXCEPTION: 403,
  SKILL_NEVER_ENABLED_EXCEPTION: 403,
  SKILL_NOT_FOUND_EXCEPTION: 404,
  REQUEST_ENTITY_TOO_LARGE_EXCEPTION: 413,
  THROTTLING_EXCEPTION: 429,
  INTERNAL_SERVICE_EXCEPTION: 500,
  SERVICE_UNAVAILABLE_EXCEPTION: 503,
};

/** How the event gateway refuses: developer.amazon.com/docs/alexa/smarthome/send-events.html, "Error responses". */
export const gatewayProblem = (code: GatewayError, description: string, messageId: string): HttpAnswer => ({
  status: STATUSES[code],
  body: {
    header: { namespace: 'System', name: 'Exception', messageId },
    payload: { code, description },
  },
});

/** A request that is no event at all, in the gateway's words. */
export const gatewayRefusal = ({ status, message }: HttpProblem): HttpAnswer =>
  gatewayProblem(
    status === 413
      ? 'REQUEST_ENTITY_TOO_LARGE_EXCEPTION'
      : status < 500
        ? 'INVALID_REQUEST_EXCEPTION'
        : 'INTERNAL_SERVICE_EXCEPTION',
    message,
    'none',
  );
