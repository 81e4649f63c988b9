import { AdminAddUserToGroupCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';

const cognito = new CognitoIdentityProviderClient();

/** What the triggers were called with, for the tests: a line each. */
const seen = ({ triggerSource, userName, request, callerContext }) =>
  console.log(JSON.stringify({ triggerSource, userName, request, callerContext }));

export async function preSignUp(event) {
  seen(event);
  if (event.userName.startsWith('forbidden')) throw new Error('Choose another name');
  const confirms = event.request.userAttributes.nickname === 'confirmed';
  event.response.autoConfirmUser = confirms;
  event.response.autoVerifyEmail = confirms && event.request.userAttributes.email !== undefined;
  return event.userName.startsWith('nothing') ? undefined : event;
}

/** Puts whoever is confirmed into a group, as the function's own role lets it. */
export async function postConfirmation(event) {
  seen(event);
  const { userPoolId: UserPoolId, userName: Username } = event;
  await cognito.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName: 'gamer' }));
  return event;
}

export async function observe(event) {
  seen(event);
  return event;
}

export async function preToken(event) {
  seen(event);
  event.response.claimsOverrideDetails = {
    claimsToAddOrOverride: { team: 'red', sub: 'somebody-else' },
    claimsToSuppress: ['nickname', 'iss'],
    groupOverrideDetails: { groupsToOverride: ['gamer', 'tester'] },
  };
  return event;
}

export async function message(event) {
  seen(event);
  event.response.emailSubject = `Hello ${event.userName}`;
  event.response.emailMessage = `<b>${event.request.codeParameter}</b>`;
  return event;
}
