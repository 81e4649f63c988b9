/** Who makes a call. */
export type Principal =
  /** The laptop's owner: may do everything. Tests and the command line. */
  | { kind: 'root'; arn: string }
  /** A function (or API Gateway, EventBridge, Scheduler) that uses a role of a template. */
  | {
      kind: 'role';
      arn: string;
      roleArn: string;
      sessionName: string;
      /** When its credentials expire, in milliseconds since the epoch; left out for those of functions, which are renewed. */
      expiresAtMs?: number;
      /** Who signed in, where a sign-in got the role. */
      federation?: Federation;
    }
  /** An AWS service that delivers something; only resource policies can allow it. */
  | { kind: 'service'; service: string; sourceArn: string }
  /** Who has signed in elsewhere, and may take on roles that trust the provider. */
  | ({ kind: 'federated' } & Federation)
  /** Nobody: an operation that needs no signature. */
  | { kind: 'anonymous' };

/** A sign-in with an identity provider. */
export interface Federation {
  /** As trust policies name it: `cognito-identity.amazonaws.com`. */
  provider: string;
  /** Condition keys that the sign-in gives: `cognito-identity.amazonaws.com:sub`. */
  keys: Readonly<Record<string, string | string[]>>;
}

/** The laptop's owner. */
export const ROOT: Principal = { kind: 'root', arn: 'arn:aws:iam::000000000000:root' };

/** Nobody. */
export const ANONYMOUS: Principal = { kind: 'anonymous' };

/** The AWS service `service` (for example `sns.amazonaws.com`), acting for the resource `sourceArn`. */
export function servicePrincipal(service: string, sourceArn: string): Principal {
  return { kind: 'service', service, sourceArn };
}

/** How a principal is named in the journal and in messages. */
export function describePrincipal(principal: Principal): string {
  switch (principal.kind) {
    case 'service':
      return principal.sourceArn;
    case 'federated':
      return principal.provider;
    case 'anonymous':
      return 'anonymous';
    default:
      return principal.arn;
  }
}
