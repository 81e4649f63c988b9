import { AccountPanel } from '../account/AccountPanel.tsx';
import { AccountError } from '../account/accountError.ts';
import { SignInPanel } from '../account/SignInPanel.tsx';
import type { UseAccount } from '../account/useAccount.ts';

const refused = (sentence: string) => async (): Promise<never> => {
  throw new AccountError('refused', sentence);
};
const nowhere = async () => ({ to: 'a***@e***' });

/** Of nobody: what is tried is refused, or sends a code that never comes. */
const STRANGER: UseAccount = {
  ...{ status: 'signed-out', player: undefined, confirmsAtOnce: true, isGuest: false },
  idToken: refused('You are not signed in.'),
  signIn: refused('Nickname and password do not belong together.'),
  signUp: async () => ({ isConfirmed: false, to: 'a***@e***' }),
  confirm: refused('That is not the code that was sent last.'),
  resendCode: nowhere,
  playAsGuest: refused('The sign-in does not answer: look at your connection, and try again.'),
  signOut: async () => {},
  forgotPassword: nowhere,
  setForgotten: refused('A password has 10 characters or more.'),
  changePassword: async (before) => {
    if (before === 'wrong') return refused('That is not your present password.')();
  },
};
const ADA = { id: '1', name: 'Ada', groups: ['gamer', 'manager'] };
const ROBIN = { id: '2', name: 'clever-robin-437', groups: ['gamer'] };

/** Each thing that is asked for, with a guest's click and without, closed; a manager's account and a guest's. */
export function AccountParts() {
  return (
    <div className="specimen-row accounts">
      <SignInPanel account={STRANGER} why="To throw, the arcade must know who you are." />
      <SignInPanel account={STRANGER} start="sign-up" />
      <SignInPanel account={{ ...STRANGER, confirmsAtOnce: false }} start="sign-up" />
      <SignInPanel account={{ ...STRANGER, confirmsAtOnce: false }} start="confirm" />
      <SignInPanel account={STRANGER} start="forgot" />
      <SignInPanel account={STRANGER} start="reset" />
      <SignInPanel account={{ ...STRANGER, status: 'closed' }} />
      <AccountPanel account={{ ...STRANGER, status: 'signed-in', player: ADA }} onDone={() => {}} />
      <AccountPanel account={{ ...STRANGER, status: 'signed-in', player: ROBIN, isGuest: true }} onDone={() => {}} />
    </div>
  );
}
