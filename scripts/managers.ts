import {
  AdminAddUserToGroupCommand,
  AdminGetUserCommand,
  AdminRemoveUserFromGroupCommand,
  CognitoIdentityProviderClient,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { localAwsUrl } from '../packages/local-aws/host/ports.ts';
import { KeysError, readKeys } from '../packages/local-aws/keys.ts';
import { listStacks } from '../packages/local-aws/plugin/client.ts';
import { defaultStateFolder } from '../packages/local-aws/stateFolder.ts';
import { ROOT } from './workspace.ts';

/** The group of those who look after the arcade (services/identity/resources/userPool.yml). */
const MANAGERS = 'manager';

/** What is asked for cannot be done; the message is a sentence for the administrator. */
export class ManagerError extends Error {
  override readonly name = 'ManagerError';
}

/** Whose rights change, and how. */
export interface Change {
  userPoolId: string;
  nickname: string;
  /** They are to be a manager no longer. */
  isRemoval: boolean;
}

/** Makes somebody a manager, or no longer one; once more changes nothing. Gives what is so now, in a sentence. Throws ManagerError. */
export async function changeManager(
  client: CognitoIdentityProviderClient,
  { userPoolId, nickname, isRemoval }: Change,
): Promise<string> {
  const user = { UserPoolId: userPoolId, Username: nickname };
  try {
    // In the letters in which they have claimed it.
    const { Username = nickname } = await client.send(new AdminGetUserCommand(user));
    const membership = { UserPoolId: userPoolId, Username, GroupName: MANAGERS };
    if (isRemoval) {
      await client.send(new AdminRemoveUserFromGroupCommand(membership));
      return `${Username} is no manager any more. What they have signed in with is good for an hour at the most.`;
    }
    await client.send(new AdminAddUserToGroupCommand(membership));
    return `${Username} is a manager. Their pages know it when they sign in, or within the hour.`;
  } catch (error) {
    if (error instanceof Error && error.name === 'UserNotFoundException')
      throw new ManagerError(`Nobody is called '${nickname}' there. They sign up first, with the button of any page.`);
    throw error;
  }
}

/** The user pool of a stage on AWS, by its name. Throws ManagerError when there is none, or more than one. */
export async function userPoolOf(client: CognitoIdentityProviderClient, stage: string): Promise<string> {
  const name = `identity-${stage}`;
  const found: string[] = [];
  let NextToken: string | undefined;
  do {
    const answer = await client.send(new ListUserPoolsCommand({ MaxResults: 60, ...(NextToken && { NextToken }) }));
    found.push(...(answer.UserPools ?? []).flatMap(({ Id, Name }) => (Name === name && Id ? [Id] : [])));
    ({ NextToken } = answer);
  } while (NextToken);
  const [one, ...others] = found;
  if (one === undefined)
    throw new ManagerError(`There is no user pool '${name}': npm run deploy -- --stage ${stage} --service identity`);
  if (others.length > 0) throw new ManagerError(`There are ${found.length} user pools '${name}': ${found.join(', ')}`);
  return one;
}

/** A user pool, and what it is reached by. */
export interface Place extends Pick<Change, 'userPoolId'> {
  client: CognitoIdentityProviderClient;
}

/** That of the arcade on this machine. Throws ManagerError when it does not run. */
export async function poolHere(env: NodeJS.ProcessEnv): Promise<Place> {
  const endpoint = localAwsUrl(env);
  try {
    const { secret, ...credentials } = readKeys(defaultStateFolder(ROOT, env.LOCAL_AWS_STATE), endpoint);
    const stacks = await listStacks({ url: endpoint, secret });
    const userPoolId = stacks.find(({ stackName }) => stackName === 'identity-local')?.outputs.UserPoolId;
    if (userPoolId === undefined) throw new ManagerError('The service identity does not run here: npm start');
    return { client: new CognitoIdentityProviderClient({ endpoint, region: 'eu-west-1', credentials }), userPoolId };
  } catch (error) {
    const isGone = error instanceof KeysError || (error instanceof TypeError && error.message === 'fetch failed');
    throw isGone ? new ManagerError(`No arcade runs at ${endpoint}: npm start (${error.message})`) : error;
  }
}
