/** Who makes a call. */
export type Principal =
  /** The laptop's owner: may do everything. Tests and the command line. */
  | { kind: 'root'; arn: string }
  /** A function (or API Gateway, EventBridge, Scheduler) that uses a role of a template. */
  | { kind: 'role'; arn: string; roleArn: string; sessionName: string }
  /** An AWS service that delivers something; only resource policies can allow it. */
  | { kind: 'service'; service: string; sourceArn: string };

/** The laptop's owner. */
export const ROOT: Principal = { kind: 'root', arn: 'arn:aws:iam::000000000000:root' };

/** The AWS service `service` (for example `sns.amazonaws.com`), acting for the resource `sourceArn`. */
export function servicePrincipal(service: string, sourceArn: string): Principal {
  return { kind: 'service', service, sourceArn };
}

/** How a principal is named in the journal and in messages. */
export function describePrincipal(principal: Principal): string {
  return principal.kind === 'service' ? principal.sourceArn : principal.arn;
}
