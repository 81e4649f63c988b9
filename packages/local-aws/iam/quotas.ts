import { AwsError } from '../core/errors.ts';
import type { PolicyDocument } from '../core/service.ts';

/** In characters, without white space. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST_INLINE = 10_240;
const MOST_TRUST = 2_048;
const MOST_MANAGED = 6_144;

const sizeOf = (...documents: PolicyDocument[]) =>
  documents.reduce((sum, document) => sum + JSON.stringify(document).length, 0);

const exceeded = (message: string) => new AwsError('LimitExceeded', message, { status: 409 });

/** Refuses inline policies that are too long, all of a role's together, and a trust policy that is. Throws AwsError. */
export function refuseLongPolicies(roleName: string, inline: Iterable<PolicyDocument>, trust?: PolicyDocument): void {
  if (trust && sizeOf(trust) > MOST_TRUST) throw exceeded(`Cannot exceed quota for ACLSizePerRole: ${MOST_TRUST}`);
  if (sizeOf(...inline) > MOST_INLINE) {
    throw exceeded(`Maximum policy size of ${MOST_INLINE} bytes exceeded for role ${roleName}`);
  }
}

/** Refuses a managed policy that is too long. Throws AwsError. */
export function refuseLongManagedPolicy(document: PolicyDocument): void {
  if (sizeOf(document) > MOST_MANAGED) throw exceeded(`Cannot exceed quota for PolicySize: ${MOST_MANAGED}`);
}
