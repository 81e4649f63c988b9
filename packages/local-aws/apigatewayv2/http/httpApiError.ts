import { GatewayError } from '../../apigateway/gatewayError.ts';
import { RawAnswer } from '../../core/service.ts';

/** What an HTTP API says itself, by status. */
const MESSAGES = {
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

/** The request ends here, with an answer of the HTTP API's own. */
export class HttpApiError extends Error {
  override readonly name = 'HttpApiError';
  readonly status: keyof typeof MESSAGES;

  /** `reason` says what really happened; it is for the journal, the client sees only the status's message. */
  constructor(status: keyof typeof MESSAGES, reason: string) {
    super(reason);
    this.status = status;
  }

  answer(): RawAnswer {
    const body = JSON.stringify({ message: MESSAGES[this.status] });
    return new RawAnswer(this.status, { 'content-type': 'application/json' }, body);
  }
}

/** An integration's failure as HTTP APIs show it; undefined for what is a defect. */
export function httpApiErrorOf(thrown: unknown): HttpApiError | undefined {
  if (thrown instanceof HttpApiError) return thrown;
  if (!(thrown instanceof GatewayError)) return undefined;
  switch (thrown.type) {
    case 'INTEGRATION_TIMEOUT':
      return new HttpApiError(503, thrown.message);
    case 'REQUEST_TOO_LARGE':
      return new HttpApiError(413, thrown.message);
    default:
      return new HttpApiError(500, thrown.message);
  }
}
