import { useSyncExternalStore } from 'react';
import { callOrigin, Problem } from '../lib/api.ts';
import { Account, type AccountConfig, type AccountState } from './account.ts';
import { newGuest } from './guest.ts';

/** How one signs in here; undefined where nobody can. Throws when nobody answers. */
async function configOfStage(): Promise<AccountConfig | undefined> {
  try {
    return await callOrigin<AccountConfig>('/_arcade/config');
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return undefined;
    throw error;
  }
}

/** The account of this browser. */
const account = new Account({
  storage: {
    // Asked for late: where it may not be used, the mere name throws.
    getItem: (key) => localStorage.getItem(key),
    setItem: (key, value) => localStorage.setItem(key, value),
    removeItem: (key) => localStorage.removeItem(key),
  },
  onStored: (listener) => window.addEventListener('storage', ({ key }) => listener(key)),
  nowMs: Date.now,
  config: configOfStage,
  pool: async (address) => (await import('./userPool.ts')).userPool(address),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  guest: () => newGuest((bytes) => crypto.getRandomValues(bytes)),
});

/** What a page can do with an account, and what it knows of it. */
export type UseAccount = AccountState &
  Pick<
    Account,
    | 'idToken'
    | 'signIn'
    | 'signUp'
    | 'confirm'
    | 'resendCode'
    | 'playAsGuest'
    | 'signOut'
    | 'forgotPassword'
    | 'setForgotten'
    | 'changePassword'
  >;

/** Who plays, and what they can do about it: the same in each page and each tab. */
export function useAccount(): UseAccount {
  const state = useSyncExternalStore(account.subscribe, account.state, account.state);
  const { idToken, signIn, signUp, confirm, resendCode, playAsGuest, signOut } = account;
  const { forgotPassword, setForgotten, changePassword } = account;
  return {
    ...state,
    ...{ idToken, signIn, signUp, confirm, resendCode, playAsGuest, signOut },
    ...{ forgotPassword, setForgotten, changePassword },
  };
}
