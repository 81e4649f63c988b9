import { arnOf, LOCAL_ACCOUNT, LOCAL_REGION } from '../core/arn.ts';
import { AwsError } from '../core/errors.ts';

/** A function, as a caller named it. */
export interface FunctionReference {
  name: string;
  /** A version's number, an alias or `$LATEST`. */
  qualifier?: string;
}

/** AWS's own pattern for function names, ARNs and partial ARNs (API reference, Invoke). */
const REFERENCE =
  /^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:([a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9-_]+)(?::(\$LATEST|[a-zA-Z0-9-_]+))?$/;

/** Reads a name, an ARN or a partial ARN, each with or without a qualifier. Throws AwsError ValidationException. */
export function parseFunctionReference(reference: string): FunctionReference {
  const match = REFERENCE.exec(reference);
  const [, region = LOCAL_REGION, account = LOCAL_ACCOUNT, name, qualifier] = match ?? [];
  if (!name) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${reference}' at 'functionName' failed to satisfy constraint: ` +
        `Member must satisfy regular expression pattern: ${REFERENCE.source}`,
    );
  }
  if (region !== LOCAL_REGION || account !== LOCAL_ACCOUNT) {
    throw new AwsError('ResourceNotFoundException', `Function not found: ${reference}`, {
      status: 404,
      fields: { Type: 'User' },
    });
  }
  return qualifier === undefined ? { name } : { name, qualifier };
}

/** The ARN of a function, with a qualifier where one is given. */
export function functionArn(name: string, qualifier?: string): string {
  return arnOf('lambda', `function:${name}${qualifier ? `:${qualifier}` : ''}`);
}
