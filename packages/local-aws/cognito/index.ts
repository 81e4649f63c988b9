import type { Core } from '../core/cloud.ts';
import type { LocalService } from '../core/service.ts';
import type { Route } from '../front-door/index.ts';
import type { Iam } from '../iam/index.ts';
import type { Functions } from '../lambda/index.ts';
import type { Logs } from '../logs/index.ts';
import { createIdentityService } from './identity/service.ts';
import { Mail } from './mail.ts';
import { PasswordGate } from './passwordGate.ts';
import { UserPools } from './pools.ts';
import { createPoolTokens, type PoolTokens } from './poolTokens.ts';
import { Triggers } from './triggers.ts';
import { createUserPoolService } from './userPoolService.ts';
import { POOL_PREFIX, wellKnown } from './wellKnown.ts';

export type { PoolTokens } from './poolTokens.ts';

/** What Cognito needs of the other parts. */
export interface CognitoParts {
  functions: Pick<Functions, 'invoke'>;
  iam: Pick<Iam, 'assumeWithWebIdentity' | 'trustsWebIdentity'>;
  /** Takes what would be mailed. */
  logs: Pick<Logs, 'write'>;
}

/** Cognito: its two services, and what others need of them. */
export interface Cognito {
  services: readonly LocalService[];
  tokens: PoolTokens;
  /** Serves pools' keys, by path prefix. */
  routes: Readonly<Record<string, Route>>;
}

/** User pools and identity pools of templates. */
export function createCognito(core: Core, { functions, iam, logs }: CognitoParts): Cognito {
  const pools = new UserPools(core);
  const triggers = new Triggers(core, functions);
  const mail = new Mail(core, logs, triggers);
  const state = { core, pools, triggers, mail, gate: new PasswordGate(core.clock) };
  return {
    services: [createUserPoolService(state), createIdentityService(core, { iam, pools })],
    tokens: createPoolTokens(pools, core.clock),
    routes: { [POOL_PREFIX]: wellKnown(pools) },
  };
}
