import type { Clock } from '../core/clock.ts';
import type { Authorize } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import { type Federation, type Principal, servicePrincipal } from '../core/principal.ts';
import type { LocalService } from '../core/service.ts';
import { Services } from '../core/services.ts';
import { AccessDeniedError } from './accessDenied.ts';
import { compiledPolicy } from './compile.ts';
import { evaluate } from './evaluate.ts';
import { requestKeys } from './requestKeys.ts';
import { iamResources } from './resources.ts';
import { type Credentials, Roles } from './roles.ts';

export { AccessDeniedError } from './accessDenied.ts';
export type { Credentials } from './roles.ts';

/** IAM: roles and policies from templates, and the answer to every "may this?". */
export interface Iam extends LocalService {
  /** Throws AccessDeniedError, in the called service's own words, unless policies allow it. Root may do everything. */
  authorize: Authorize;
  /**
   * Credentials of the role, the same each time for the same role and session name (a function's name). Their access
   * key is known from then on until the role is removed. Throws AwsError `NoSuchEntity`.
   */
  credentialsFor(roleArn: string, sessionName?: string): Credentials;
  /** Which role's session signs with this access key; undefined when none does. */
  principalOf(accessKeyId: string): Principal | undefined;
  /** Throws unless the role exists and its trust policy lets the service (`lambda.amazonaws.com`) take it on. */
  assertTrust(roleArn: string, service: string, sourceArn?: string): void;
  /**
   * Credentials of a role for somebody who has signed in with a provider that the role trusts, for `lifetimeMs`. Throws
   * AwsError AccessDenied, or `NoSuchEntity`.
   */
  assumeWithWebIdentity(request: WebIdentity): Credentials & { expiresAtMs: number };
  /** Whether the role exists and trusts who has signed in so. */
  trustsWebIdentity(request: Federation & { roleArn: string }): boolean;
  /** The principal that the role gives a session called `sessionName`, for what acts with a role in process. */
  sessionOf(roleArn: string, sessionName: string): Principal;
}

/** Somebody who has signed in, and the role that is asked for. */
export interface WebIdentity extends Federation {
  roleArn: string;
  sessionName: string;
  lifetimeMs: number;
}

/** Makes an IAM without any role; `services` know the policies of their resources. */
export function createIam({ clock, services = new Services() }: { clock: Clock; services?: Services }): Iam {
  const roles = new Roles();

  const authorize: Authorize = (principal, permission) => {
    if (principal.kind === 'root') return;
    const { action, resource, resourcePolicy = services.policyOf(resource), askedBy } = permission;
    const decision = evaluate(
      {
        principal,
        action,
        resource,
        keys: requestKeys(principal, permission, clock.now()),
      },
      principal.kind === 'role' ? roles.policiesOf(principal.roleArn) : [],
      resourcePolicy ? compiledPolicy(resourcePolicy) : [],
      services.ofArn(resource)?.policyDecides,
    );
    if (decision.allowed) return;
    const spelling = services.byId(askedBy ?? action.slice(0, action.indexOf(':')))?.errors?.denied;
    throw new AccessDeniedError(principal, permission, decision, spelling);
  };

  const trusts = ({ roleArn, ...federation }: Federation & { roleArn: string }): boolean => {
    const principal: Principal = { kind: 'federated', ...federation };
    const permission = { action: 'sts:AssumeRoleWithWebIdentity', resource: roleArn };
    const request = { principal, ...permission, keys: requestKeys(principal, permission, clock.now()) };
    return evaluate(request, [], compiledPolicy(roles.get(roleArn).trust)).allowed;
  };

  return {
    id: 'iam',
    errors: { denied: { code: 'AccessDenied', status: 403 } },
    resources: iamResources(roles),
    authorize,
    credentialsFor: (roleArn, sessionName = 'local') => roles.credentialsFor(roleArn, sessionName),
    principalOf: (accessKeyId) => roles.principalOf(accessKeyId),
    sessionOf(roleArn, sessionName) {
      const { accessKeyId } = roles.credentialsFor(roleArn, sessionName);
      const principal = roles.principalOf(accessKeyId);
      if (!principal) throw new TypeError(`no session of ${roleArn}`);
      return principal;
    },
    assertTrust(roleArn, service, sourceArn = '') {
      const principal = servicePrincipal(service, sourceArn);
      const permission = { action: 'sts:AssumeRole', resource: roleArn };
      const request = { principal, ...permission, keys: requestKeys(principal, permission, clock.now()) };
      if (evaluate(request, [], compiledPolicy(roles.get(roleArn).trust)).allowed) return;
      throw new AwsError(
        'InvalidParameterValueException',
        `The role ${roleArn} cannot be assumed by ${service}: its AssumeRolePolicyDocument does not allow it.`,
      );
    },
    trustsWebIdentity: (request) => roles.has(request.roleArn) && trusts(request),
    assumeWithWebIdentity({ roleArn, sessionName, lifetimeMs, ...federation }) {
      const nowMs = clock.now();
      if (!trusts({ roleArn, ...federation }))
        throw new AwsError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', { status: 403 });
      const expiresAtMs = nowMs + lifetimeMs;
      const session = { roleArn, sessionName, expiresAtMs, federation };
      return { ...roles.temporaryCredentials(session, nowMs), expiresAtMs };
    },
  };
}
