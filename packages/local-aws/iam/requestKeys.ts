import { LOCAL_ACCOUNT, LOCAL_REGION } from '../core/arn.ts';
import type { Principal } from '../core/principal.ts';
import type { Permission } from '../core/service.ts';

/** The condition keys of one request. Names are compared without regard to case, as AWS does. */
export interface RequestKeys {
  /** All values of a key; undefined when the request does not carry it. */
  all(name: string): readonly string[] | undefined;
  /** The value of a key that has exactly one: only such keys can be policy variables. */
  single(name: string): string | undefined;
}

/** The keys of `permission` asked for by `principal` at `nowMs` (milliseconds since the epoch). */
export function requestKeys(principal: Principal, permission: Permission, nowMs: number): RequestKeys {
  // Made on first use: most policies have no condition and no variable.
  let keys: Map<string, readonly string[]> | undefined;
  const all = (name: string) => {
    keys ??= collect(principal, permission, nowMs);
    return keys.get(name.toLowerCase());
  };
  return {
    all,
    single(name) {
      const values = all(name);
      return values?.length === 1 ? values[0] : undefined;
    },
  };
}

function collect(principal: Principal, permission: Permission, nowMs: number): Map<string, readonly string[]> {
  const keys = new Map<string, readonly string[]>();
  const set = (name: string, value: string | string[]) => {
    keys.set(name.toLowerCase(), typeof value === 'string' ? [value] : value);
  };
  // On AWS the SDK always calls over TLS; a policy that insists on it must not refuse the laptop's loopback.
  set('aws:SecureTransport', 'true');
  set('aws:SourceIp', '127.0.0.1');
  set('aws:RequestedRegion', LOCAL_REGION);
  set('aws:CurrentTime', new Date(nowMs).toISOString());
  set('aws:EpochTime', String(Math.floor(nowMs / 1000)));
  set('aws:ResourceAccount', LOCAL_ACCOUNT);
  if (principal.kind === 'service') {
    set('aws:PrincipalIsAWSService', 'true');
    set('aws:PrincipalServiceName', principal.service);
    set('aws:SourceArn', principal.sourceArn);
    set('aws:SourceAccount', LOCAL_ACCOUNT);
  } else if (principal.kind === 'anonymous' || principal.kind === 'federated') {
    set('aws:PrincipalIsAWSService', 'false');
    set('aws:PrincipalType', principal.kind === 'anonymous' ? 'Anonymous' : 'FederatedUser');
  } else {
    set('aws:PrincipalIsAWSService', 'false');
    set('aws:PrincipalAccount', LOCAL_ACCOUNT);
    // For a role's session this key is the role's own ARN, not the session's.
    set('aws:PrincipalArn', principal.kind === 'role' ? principal.roleArn : principal.arn);
    set('aws:PrincipalType', principal.kind === 'role' ? 'AssumedRole' : 'Account');
  }
  const federation = principal.kind === 'role' ? principal.federation : undefined;
  const signIn = principal.kind === 'federated' ? principal : federation;
  if (signIn) set('aws:FederatedProvider', signIn.provider);
  for (const [name, value] of Object.entries({ ...signIn?.keys, ...permission.conditions })) set(name, value);
  return keys;
}
