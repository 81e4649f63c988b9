import { environment } from '@arcade/lambda';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import type { Groups } from './domain/ports.ts';
import { settings } from './settings.ts';
import { createPoolGroups } from './storage/poolGroups.ts';

/*
 * What the functions stand on. Each calls what it needs while it is loaded: clients are made once, and a wrong setting
 * fails the function at once, by name. What a function does not call is not in its bundle.
 */
const env = environment(settings);

/** By which somebody is admitted. */
export const terms = () => ({ confirmAtOnce: env.CONFIRM_AT_ONCE });

/** The groups that users are put into. */
export const groups = (): Groups => createPoolGroups(new CognitoIdentityProviderClient());
