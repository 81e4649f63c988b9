import type { LocalService, Operation } from '../core/service.ts';
import * as admin from './operations/admin.ts';
import { respondToAuthChallenge } from './operations/challenge.ts';
import { confirmSignUp, resendConfirmationCode } from './operations/confirmSignUp.ts';
import { describeUserPool, describeUserPoolClient, listUsers } from './operations/describe.ts';
import * as groups from './operations/groups.ts';
import { changePassword, confirmForgotPassword, forgotPassword } from './operations/passwords.ts';
import * as self from './operations/self.ts';
import { adminInitiateAuth, initiateAuth } from './operations/signIn.ts';
import { signUp } from './operations/signUp.ts';
import { userPoolType } from './resources/userPool.ts';
import { userPoolClientType } from './resources/userPoolClient.ts';
import { userPoolGroupType } from './resources/userPoolGroup.ts';
import type { PoolState } from './service.ts';

/** `cognito-idp`: what users do themselves, unsigned, and what administrators do, by IAM. */
export function createUserPoolService(state: PoolState): LocalService {
  const open: Record<string, Operation> = {
    SignUp: signUp(state),
    ConfirmSignUp: confirmSignUp(state),
    ResendConfirmationCode: resendConfirmationCode(state),
    InitiateAuth: initiateAuth(state),
    RespondToAuthChallenge: respondToAuthChallenge(state),
    ForgotPassword: forgotPassword(state),
    ConfirmForgotPassword: confirmForgotPassword(state),
    ChangePassword: changePassword(state),
    GetUser: self.getUser(state),
    GlobalSignOut: self.globalSignOut(state),
    RevokeToken: self.revokeToken(state),
    UpdateUserAttributes: self.updateUserAttributes(state),
    GetUserAttributeVerificationCode: self.getUserAttributeVerificationCode(state),
    VerifyUserAttribute: self.verifyUserAttribute(state),
    DeleteUser: self.deleteUser(state),
  };
  return {
    id: 'cognito-idp',
    protocol: { kind: 'json', targetPrefix: 'AWSCognitoIdentityProviderService', version: '1.1' },
    errors: {
      hasMessageHeader: true,
      throttled: { code: 'TooManyRequestsException', status: 400, message: 'Rate exceeded' },
      denied: { code: 'AccessDeniedException', status: 400 },
    },
    operations: {
      ...open,
      AdminAddUserToGroup: groups.adminAddUserToGroup(state),
      AdminConfirmSignUp: admin.adminConfirmSignUp(state),
      AdminCreateUser: admin.adminCreateUser(state),
      AdminDeleteUser: admin.adminDeleteUser(state),
      AdminDisableUser: admin.adminDisableUser(state),
      AdminEnableUser: admin.adminEnableUser(state),
      AdminGetUser: admin.adminGetUser(state),
      AdminInitiateAuth: adminInitiateAuth(state),
      AdminListGroupsForUser: groups.adminListGroupsForUser(state),
      AdminRemoveUserFromGroup: groups.adminRemoveUserFromGroup(state),
      AdminSetUserPassword: admin.adminSetUserPassword(state),
      AdminUpdateUserAttributes: admin.adminUpdateUserAttributes(state),
      AdminUserGlobalSignOut: admin.adminUserGlobalSignOut(state),
      DescribeUserPool: describeUserPool(state),
      DescribeUserPoolClient: describeUserPoolClient(state),
      ListGroups: groups.listGroups(state),
      ListUsers: listUsers(state),
      ListUsersInGroup: groups.listUsersInGroup(state),
    },
    unsigned: new Set(Object.keys(open)),
    resources: [
      userPoolType(state.pools),
      userPoolClientType(state.pools, state.core),
      userPoolGroupType(state.pools, state.core),
    ],
  };
}
