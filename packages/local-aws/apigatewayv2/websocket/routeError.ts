/** A route could not be carried out, or was not let in; the message is for the journal. */
export class RouteError extends Error {
  override readonly name = 'RouteError';
  /** What a handshake is answered with. */
  readonly status: number;
  /** What the journal calls it. */
  readonly code: string;

  constructor(message: string, status = 502, code = 'INTEGRATION_FAILURE') {
    super(message);
    this.status = status;
    this.code = code;
  }
}
