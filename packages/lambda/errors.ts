/** The base of all errors of this package. `code` is stable. */
export abstract class LambdaError extends Error {
  abstract readonly code: string;
}

/** An environment variable that the code needs is not set: a fault of the template. */
export class MissingVariableError extends LambdaError {
  override readonly name = 'MissingVariableError';
  readonly code = 'MISSING_VARIABLE';
  readonly variable: string;

  constructor(variable: string, problem = 'is not set') {
    super(`the environment variable ${variable} ${problem}`);
    this.variable = variable;
  }
}

/** The function was invoked with something that none of its triggers sends. It will not fit the next time either. */
export class UnknownTriggerError extends LambdaError {
  override readonly name = 'UnknownTriggerError';
  readonly code = 'UNKNOWN_TRIGGER';

  constructor(expected: readonly string[]) {
    super(`the event comes from none of the triggers of this function: ${expected.join(', ')}`);
  }
}
