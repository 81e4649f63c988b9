import { AwsError } from '../core/errors.ts';
import { describePrincipal, type Principal } from '../core/principal.ts';
import type { ErrorSpelling, Permission } from '../core/service.ts';
import type { Decision } from './evaluate.ts';

/** Most services' refusal. */
const DEFAULT_REFUSAL: ErrorSpelling = { code: 'AccessDeniedException', status: 400 };

/** IAM said no: the role (or the resource's policy) lacks the permission, or a Deny forbids it. */
export class AccessDeniedError extends AwsError {
  /** `spelling` is how the called service names a refusal. */
  constructor(
    principal: Principal,
    { action, resource }: Permission,
    decision: Extract<Decision, { allowed: false }>,
    { code, status }: ErrorSpelling = DEFAULT_REFUSAL,
  ) {
    const who = principal.kind === 'service' ? principal.service : describePrincipal(principal);
    const reason = decision.explicit
      ? `with an explicit deny in ${decision.by === 'identity' ? 'an identity-based' : 'a resource-based'} policy`
      : `because no ${decision.by}-based policy allows the ${action} action`;
    super(code, `User: ${who} is not authorized to perform: ${action} on resource: ${resource} ${reason}`, {
      status,
      // The journal says it in fields, not only in the message. A service has no role: only a resource's policy can let it in.
      detail: { action, resource, ...(principal.kind === 'role' && { role: principal.roleArn }) },
    });
  }
}
