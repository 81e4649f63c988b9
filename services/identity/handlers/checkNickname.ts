import { cognitoTrigger, TriggerRefusal } from '@arcade/lambda';
import { admit } from '../domain/admit.ts';
import { reportAdmission } from '../report.ts';
import { terms } from '../wiring.ts';

const admissionTerms = terms();

/** Before an account is made: refuses nicknames that do not fit, and confirms at once where the stage does. */
export const handler = cognitoTrigger('PreSignUp', async ({ userName, triggerSource, request }) => {
  const { email } = request.userAttributes;
  const isInvited = triggerSource === 'PreSignUp_AdminCreateUser';
  const admission = reportAdmission(admit({ nickname: userName, email, isInvited }, admissionTerms));
  if (admission.outcome === 'refused') throw new TriggerRefusal(admission.reason);
  return { autoConfirmUser: admission.isConfirmed, autoVerifyEmail: admission.isEmailTrusted };
});
