import { ROOT } from '../core/principal.ts';
import type { Permission, PolicyDocument } from '../core/service.ts';
import { compiledPolicy, compilePolicy } from './compile.ts';
import { evaluate } from './evaluate.ts';
import { identityPolicySchema } from './policySchema.ts';
import { requestKeys } from './requestKeys.ts';

/**
 * Whether a policy that somebody brings along (an authorizer's answer) allows something, alone. Throws Error for what is no
 * policy, or holds what is not evaluated.
 */
export function policyAllows(document: unknown, permission: Permission, nowMs: number): boolean {
  return evaluate(asOwner(permission, nowMs), compilePolicy(identityPolicySchema.parse(document)), []).allowed;
}

/** Whether a resource's policy, alone, lets the account itself do something with it. */
export function policyAllowsOwner(policy: PolicyDocument, permission: Permission, nowMs: number): boolean {
  return evaluate(asOwner(permission, nowMs), [], compiledPolicy(policy)).allowed;
}

const asOwner = (permission: Permission, nowMs: number) => {
  const { action, resource } = permission;
  return { principal: ROOT, action, resource, keys: requestKeys(ROOT, permission, nowMs) };
};
