import type { PolicyDocument } from '../core/service.ts';
import { policyProblems } from './policyRules.ts';
import { type PolicyKind, policyShape } from './policyShape.ts';

/** A schema for a policy in a template, once its intrinsic functions are resolved, or in a request, as parsed JSON. */
function policySchema(kind: PolicyKind) {
  return policyShape
    .superRefine((read, context) => {
      for (const { message, path } of policyProblems(kind, read)) context.addIssue({ code: 'custom', message, path });
    })
    .transform(({ Id: _inert, ...rest }) => rest as PolicyDocument);
}

/** What a role may: an inline policy. */
export const identityPolicySchema = policySchema('identity');

/** What a role may: a managed policy, which must be of today's language. */
export const managedPolicySchema = policySchema('managed');

/** Who may take on a role. */
export const trustPolicySchema = policySchema('trust');

/** Who may do what with a resource: the policy of a queue, of a topic. */
export const resourcePolicySchema = policySchema('resource');
