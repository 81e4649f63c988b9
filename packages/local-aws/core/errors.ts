/** What an AwsError may have beside its code and message. */
export interface AwsErrorOptions {
  /** Default: 400. */
  status?: number;
  fields?: Record<string, unknown>;
  detail?: Record<string, unknown>;
  cause?: unknown;
}

/**
 * An error in AWS's own words: what a client of the real service would see.
 * The front door turns it into the protocol of the caller (JSON or XML).
 */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** AWS's error code, for example `ConditionalCheckFailedException`. */
  readonly code: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Further members of the error's body, for example `CancellationReasons`. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** What the journal says beside code and message. */
  readonly detail: Readonly<Record<string, unknown>> | undefined;

  constructor(code: string, message: string, options: AwsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status ?? 400;
    this.fields = options.fields ?? {};
    this.detail = options.detail;
  }
}

/**
 * local-aws does not do this, and says so instead of pretending: an operation, a resource type, a property, a
 * parameter that it does not know.
 */
export class NotSupportedError extends AwsError {
  constructor(what: string, hint = 'local-aws covers what the templates of this repository use') {
    super('NotSupportedByLocalAws', `local-aws does not support ${what}. ${hint}.`, { status: 501 });
  }
}

/** What a target has not taken, and may take later: whoever is no AWS service, and cannot say so by a status of AWS's. */
export class PassingError extends Error {
  readonly code: string;
  /** How long it asks to be left alone, in milliseconds; negative: for good. */
  readonly retryAfterMs: number | undefined;

  constructor(code: string, message: string, retryAfterMs?: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What went wrong inside local-aws itself: the cause is in its log. */
export function internalError(requestId: string): AwsError {
  return new AwsError('InternalFailure', `local-aws failed; its log says how, under request ${requestId}.`, {
    status: 500,
  });
}

/** Whatever was thrown, as an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
