import type { Iam } from '../iam/index.ts';

/**
 * What functions need of IAM: false credentials that stand for their role, the role as a principal, and the role's trust in
 * Lambda.
 */
export type FunctionIam = Pick<Iam, 'credentialsFor' | 'sessionOf' | 'assertTrust'>;

/** What the session of a function's role is called: like the function; names of sessions have two letters at the least. */
export function sessionNameOf(functionName: string): string {
  return functionName.length > 1 ? functionName : `${functionName}@lambda_function`;
}
