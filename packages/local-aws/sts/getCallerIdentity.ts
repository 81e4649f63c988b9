import { LOCAL_ACCOUNT } from '../core/arn.ts';
import { describePrincipal, type Principal } from '../core/principal.ts';
import type { Operation } from '../core/service.ts';
import { idFrom } from '../iam/roles.ts';

/** Asks for no permission, as on AWS. */
export const getCallerIdentity: Operation<Record<string, never>> = (_input, { principal }) => ({
  run: () => ({
    UserId: userIdOf(principal),
    Account: LOCAL_ACCOUNT,
    Arn: describePrincipal(principal),
  }),
});

function userIdOf(principal: Principal): string {
  if (principal.kind !== 'role') return LOCAL_ACCOUNT;
  return `AROA${idFrom(`role ${principal.roleArn}`)}:${principal.sessionName}`;
}
