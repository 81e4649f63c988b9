/** The base of all errors of this package. `code` is stable. */
export abstract class LambdaError extends Error {
  abstract readonly code: string;
}

/** An environment variable that the code needs is not set, or not as it must be: a fault of the template, or of a param. */
export class VariableError extends LambdaError {
  override readonly name = 'VariableError';
  readonly code = 'WRONG_VARIABLE';
  readonly variable: string;

  constructor(variable: string, problem: string) {
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
