import type { Iam } from '../iam/index.ts';

/**
 * What functions need of IAM: false credentials that stand for their role, the role as a principal, and the role's trust in
 * Lambda.
 */
export type FunctionIam = Pick<Iam, 'credentialsFor' | 'sessionOf' | 'assertTrust'>;
