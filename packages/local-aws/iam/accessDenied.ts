import { AwsError } from '../core/errors.ts';
import type { Principal } from '../core/principal.ts';
import type { Permission } from '../core/service.ts';
import type { Decision } from './evaluate.ts';

/** How each service names a refusal: its error code and HTTP status. All others: `AccessDeniedException`, 400. */
const REFUSALS: Record<string, { code: string; status: number }> = {
  // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
  sns: { code: 'AuthorizationError', status: 403 },
  sqs: { code: 'AccessDenied', status: 403 },
  sts: { code: 'AccessDenied', status: 403 },
  iam: { code: 'AccessDenied', status: 403 },
  lambda: { code: 'AccessDeniedException', status: 403 },
  'execute-api': { code: 'AccessDeniedException', status: 403 },
};
const DEFAULT_REFUSAL = { code: 'AccessDeniedException', status: 400 };

/** IAM said no: the role (or the resource's policy) lacks the permission, or a Deny forbids it. */
export class AccessDeniedError extends AwsError {
  readonly action: string;
  readonly resource: string;
  /** The role that lacks the permission; undefined for a service, which only a resource's policy can let in. */
  readonly roleArn: string | undefined;

  constructor(principal: Principal, permission: Permission, decision: Extract<Decision, { allowed: false }>) {
    const { action, resource } = permission;
    const who = principal.kind === 'service' ? principal.service : principal.arn;
    const reason = decision.explicit
      ? `with an explicit deny in ${decision.by === 'identity' ? 'an identity-based' : 'a resource-based'} policy`
      : `because no ${decision.by}-based policy allows the ${action} action`;
    const { code, status } = REFUSALS[action.slice(0, action.indexOf(':'))] ?? DEFAULT_REFUSAL;
    super(code, `User: ${who} is not authorized to perform: ${action} on resource: ${resource} ${reason}`, { status });
    this.action = action;
    this.resource = resource;
    this.roleArn = principal.kind === 'role' ? principal.roleArn : undefined;
  }
}
