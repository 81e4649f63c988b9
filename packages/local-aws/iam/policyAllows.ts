import { ROOT } from '../core/principal.ts';
import type { Permission } from '../core/service.ts';
import { compilePolicy } from './compile.ts';
import { evaluate } from './evaluate.ts';
import { identityPolicySchema } from './policySchema.ts';
import { requestKeys } from './requestKeys.ts';

/**
 * Whether a policy that somebody brings along (an authorizer's answer) allows something, alone. Throws Error for what is no
 * policy, or holds what is not evaluated.
 */
export function policyAllows(document: unknown, permission: Permission, nowMs: number): boolean {
  const { action, resource } = permission;
  const policy = compilePolicy(identityPolicySchema.parse(document));
  const request = { principal: ROOT, action, resource, keys: requestKeys(ROOT, permission, nowMs) };
  return evaluate(request, policy, []).allowed;
}
