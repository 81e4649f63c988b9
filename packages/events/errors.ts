/** The base of all errors of this package. `code` is stable; messages are for people. */
export abstract class EventsError extends Error {
  abstract readonly code: string;
}

/** One reason why something does not fit its contract. */
export interface Misfit {
  /** Where: `detail.stroke`; empty for the whole event. */
  path: string;
  message: string;
}

/** Something arrived that is not an event, or not one that its contract allows. It will not fit the next time either. */
export class EventRefusedError extends EventsError {
  override readonly name = 'EventRefusedError';
  readonly code = 'EVENT_REFUSED';
  /** The type that it claims to have, when it claims one. */
  readonly type: string | undefined;
  readonly misfits: readonly Misfit[];

  constructor(type: string | undefined, misfits: readonly Misfit[]) {
    const reasons = misfits.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
    super(`${type ? `event '${type}'` : 'event'} refused: ${reasons}`);
    this.type = type;
    this.misfits = misfits;
  }
}

/** One event that the service did not take. */
export interface FailedEntry {
  eventId: string;
  code: string;
  message: string;
  /** Whether it is refused for what it is: asking again is no use. */
  permanent?: boolean;
}

/** Some events could not be published, even after the repetitions. Those that are not in `failed` were published. */
export class PublishError extends EventsError {
  override readonly name = 'PublishError';
  readonly code = 'PUBLISH_FAILED';
  readonly target: string;
  readonly failed: readonly FailedEntry[];

  constructor(target: string, failed: readonly FailedEntry[]) {
    const entries = failed.map(({ eventId, code, message }) => `${eventId} (${code}: ${message})`).join(', ');
    super(`${failed.length} event(s) not published to ${target}: ${entries}`);
    this.target = target;
    this.failed = failed;
  }
}
