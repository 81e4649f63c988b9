import type { ErrorType } from '@arcade/events/contracts/smart-home';

/** What is known of a refusal beside its words. */
export interface RefusalDetails {
  /** The status of the vendor's answer; absent where there was none. */
  status?: number | undefined;
  /** Whether the same request may go well in a moment: the vendor is busy, or was not reached. */
  retryable: boolean;
  cause?: unknown;
}

/** The vendor did not do what it was asked, or was not reached in time. */
export class VendorRefusal extends Error {
  override readonly name = 'VendorRefusal';
  /** What Alexa is to be told. */
  readonly error: ErrorType;
  readonly status: number | undefined;
  readonly retryable: boolean;

  constructor(error: ErrorType, message: string, { status, retryable, cause }: RefusalDetails) {
    super(message, { cause });
    this.error = error;
    this.status = status;
    this.retryable = retryable;
  }
}
