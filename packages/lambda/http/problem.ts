import { LambdaError } from '../errors.ts';

/** One field of a request that does not fit, and why. */
export interface FieldError {
  /** `players`, `path.gameId`; empty for the body as a whole. */
  field: string;
  message: string;
}

/** The members of a problem document (RFC 9457) beside `status`. */
export interface ProblemDetails {
  /** What happened this time, in a sentence for people. */
  detail: string;
  /** Names the kind of problem for programs; left out, `about:blank`: the status says it all. */
  type?: string;
  /** The kind of problem for people, the same each time; left out, the status's own phrase. */
  title?: string;
  errors?: readonly FieldError[];
  /** Further members, for example which turn is due. */
  extra?: Record<string, unknown>;
  headers?: Record<string, string>;
}

const PHRASES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/**
 * Thrown in an HTTP handler: the request is answered with this problem. For the caller's faults and the rules of the
 * domain; whatever else is thrown becomes a 500 that says nothing, with the cause in the log.
 *
 * @example
 * throw new HttpProblem(409, { type: 'urn:arcade:ball-in-play', detail: 'A ball is in play.' });
 */
export class HttpProblem extends LambdaError {
  override readonly name = 'HttpProblem';
  readonly code = 'HTTP_PROBLEM';
  readonly status: number;
  readonly details: ProblemDetails;

  constructor(status: number, details: ProblemDetails, options?: ErrorOptions) {
    super(details.detail, options);
    this.status = status;
    this.details = details;
  }

  /** The document that goes out. */
  document(): Record<string, unknown> {
    const { type = 'about:blank', title = PHRASES[this.status] ?? 'Error', detail, errors, extra } = this.details;
    return { ...extra, type, title, status: this.status, detail, ...(errors && { errors }) };
  }
}
