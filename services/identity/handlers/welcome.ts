import { cognitoTrigger } from '@arcade/lambda';
import { GAMERS } from '../domain/ports.ts';
import { reportWelcome } from '../report.ts';
import { groups } from '../wiring.ts';

const poolGroups = groups();

/**
 * When an account is confirmed: everybody is a gamer. Also when a forgotten password was set, which heals an account whose first
 * welcome failed.
 */
export const handler = cognitoTrigger('PostConfirmation', async ({ userPoolId, userName, triggerSource }) => {
  await poolGroups.add({ userPoolId, username: userName, group: GAMERS });
  if (triggerSource === 'PostConfirmation_ConfirmSignUp') reportWelcome();
  return {};
});
