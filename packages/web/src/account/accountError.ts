/** What an account's action can fail with, for pages that do something about it. */
export type AccountErrorKind =
  | 'wrong-password'
  | 'attempts-limited'
  | 'name-taken'
  | 'weak-password'
  | 'wrong-code'
  | 'not-confirmed'
  | 'new-password-needed'
  | 'no-connection'
  /** Nobody is signed in, or no longer. */
  | 'signed-out'
  /** Nobody can sign in on this stage. */
  | 'closed'
  /** The account is there, and what should have followed was not done. */
  | 'welcome-failed'
  /** What was written does not do; the sentence says why. */
  | 'refused'
  | 'failed';

/** An action on an account that came to nothing; its message is a sentence for whoever tried. */
export class AccountError extends Error {
  override readonly name = 'AccountError';
  readonly kind: AccountErrorKind;

  constructor(kind: AccountErrorKind, sentence: string) {
    super(sentence);
    this.kind = kind;
  }
}
