import { isNickname, NICKNAME_LENGTH } from './nickname.ts';

/** Somebody who wants an account. */
export interface Applicant {
  nickname: string;
  email: string | undefined;
  /** An administrator makes the account, and gives its password to whom it is for. */
  isInvited: boolean;
}

export type Admission =
  | {
      outcome: 'admitted';
      /** May play at once. */
      isConfirmed: boolean;
      /** The address is taken for theirs, so that a forgotten password can be mailed to. */
      isEmailTrusted: boolean;
    }
  /** In a sentence for the applicant. */
  | { outcome: 'refused'; reason: string };

/** Decides who may have an account, and whether it is theirs at once or once a code that was mailed has come back. */
export function admit(
  { nickname, email, isInvited }: Applicant,
  { confirmAtOnce }: { confirmAtOnce: boolean },
): Admission {
  if (!isNickname(nickname)) {
    const { min, max } = NICKNAME_LENGTH;
    return {
      outcome: 'refused',
      reason: `A nickname has ${min} to ${max} letters from a to z, digits, hyphens or underscores`,
    };
  }
  if (isInvited) return { outcome: 'admitted', isConfirmed: false, isEmailTrusted: false };
  if (!confirmAtOnce && !email)
    return { outcome: 'refused', reason: 'An e-mail address is needed: the code is sent to it' };
  return { outcome: 'admitted', isConfirmed: confirmAtOnce, isEmailTrusted: confirmAtOnce && Boolean(email) };
}
