import type { Principal } from '../core/principal.ts';
import type { CompiledStatement } from './compile.ts';
import type { RequestKeys } from './requestKeys.ts';

/** The answer to one request, with the kind of policy that decided. */
export type Decision =
  | { allowed: true; by: 'identity' | 'resource' }
  | { allowed: false; explicit: boolean; by: 'identity' | 'resource' };

/** What is asked. */
export interface Request {
  principal: Principal;
  action: string;
  resource: string;
  keys: RequestKeys;
}

/**
 * AWS's evaluation within one account: an explicit Deny anywhere wins; else an Allow in the identity's policies or in
 * the resource's own is enough; else the answer is no. A service, and who has no role,
 * has no policies of its own, so that only the resource's can allow it. (Boundaries, session policies and organisations do not exist here.)
 * `resourceDecides`: the identity's Allow counts only where the resource's policy leaves it to the account, as with a key of KMS.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
export function evaluate(
  request: Request,
  identityPolicies: readonly CompiledStatement[],
  resourcePolicies: readonly CompiledStatement[],
  resourceDecides = false,
): Decision {
  const hasPolicies = request.principal.kind === 'role' || request.principal.kind === 'root';
  const identity = hasPolicies ? verdict(request, identityPolicies, 'identity') : 'none';
  const resource = verdict(request, resourcePolicies, 'resource');
  if (identity === 'Deny' || resource === 'Deny') {
    return { allowed: false, explicit: true, by: identity === 'Deny' ? 'identity' : 'resource' };
  }
  const isLeft = () => resourcePolicies.some((statement) => leavesToAccount(statement, request));
  if (identity === 'Allow' && (!resourceDecides || isLeft())) return { allowed: true, by: 'identity' };
  if (resource === 'Allow') return { allowed: true, by: 'resource' };
  return { allowed: false, explicit: false, by: hasPolicies && identity !== 'Allow' ? 'identity' : 'resource' };
}

function verdict(
  request: Request,
  statements: readonly CompiledStatement[],
  kind: 'identity' | 'resource',
): 'Allow' | 'Deny' | 'none' {
  let allowed = false;
  for (const statement of statements) {
    // A Deny is always looked at; a second Allow changes nothing.
    if (statement.effect === 'Allow' && allowed) continue;
    if (!applies(statement, request, kind)) continue;
    if (statement.effect === 'Deny') return 'Deny';
    allowed = true;
  }
  return allowed ? 'Allow' : 'none';
}

function applies(statement: CompiledStatement, request: Request, kind: 'identity' | 'resource'): boolean {
  if (kind === 'resource') {
    const fit = statement.fitsPrincipal(request.principal);
    if (fit === 'none' || (fit === 'account' && statement.effect === 'Allow')) return false;
  }
  return fits(statement, request);
}

/** Whether a resource's own policy says that the account's policies may allow it. */
const leavesToAccount = (statement: CompiledStatement, request: Request): boolean =>
  statement.effect === 'Allow' && statement.fitsPrincipal(request.principal) === 'account' && fits(statement, request);

/** Whether a statement is about this, whoever asks. */
const fits = (statement: CompiledStatement, { action, resource, keys }: Request): boolean =>
  statement.fitsAction(action, keys) &&
  statement.fitsResource(resource, keys) &&
  statement.conditions.every((condition) => condition(keys));
