/** What all errors of this package are. `code` is stable; the message says what to do. */
export class NetworkError extends Error {
  override readonly name: string = 'NetworkError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
