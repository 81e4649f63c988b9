import {
  AdminAddUserToGroupCommand,
  type CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Groups } from '../domain/ports.ts';

/** The groups of user pools. Each call names its pool: a function that a pool calls cannot know it before. */
export function createPoolGroups(client: CognitoIdentityProviderClient): Groups {
  return {
    async add({ userPoolId, username, group }) {
      await client.send(
        new AdminAddUserToGroupCommand({ UserPoolId: userPoolId, Username: username, GroupName: group }),
      );
    },
  };
}
