import { useState } from 'react';
import { Field, Form } from './Form.tsx';
import { LEAST_PASSWORD } from './sentences.ts';
import type { UseAccount } from './useAccount.ts';
import './account.css';

interface AccountPanelProps {
  account: UseAccount;
  /** Of the title, for what it names. */
  titleId?: string;
  /** Nobody is signed in any more. */
  onDone: () => void;
}

/** Who is signed in, and what they can do about it: choose another password, leave. */
export function AccountPanel({ account, titleId, onDone }: AccountPanelProps) {
  const { player, isGuest } = account;
  const [view, setView] = useState<'account' | 'changed' | 'leaving'>('account');
  const [before, setBefore] = useState('');
  const [password, setPassword] = useState('');
  const leave = async () => {
    // Nobody can be this guest again.
    if (isGuest && view !== 'leaving') return setView('leaving');
    await account.signOut();
    onDone();
  };
  const change = async () => {
    await account.changePassword(before, password);
    setBefore('');
    setPassword('');
    setView('changed');
  };
  return (
    <div className="account-panel">
      <h2 id={titleId}>{player?.name}</h2>
      <p className="soft">
        {isGuest ? 'A guest: this name is yours in this browser alone, until you choose a password.' : 'Your account.'}
        {player?.groups.includes('manager') && ' You are a manager of the arcade.'}
      </p>
      {view === 'changed' ? (
        <p role="status">The password is changed. Other devices stay signed in until they sign out.</p>
      ) : (
        <Form act={isGuest ? 'Keep this name' : 'Change the password'} acting="Changing it…" onAct={change}>
          {/* Tells a password manager whose it is. */}
          <input type="hidden" autoComplete="username" value={player?.name ?? ''} readOnly />
          {!isGuest && (
            <Field
              label="Present password"
              type="password"
              autoComplete="current-password"
              value={before}
              onWrite={setBefore}
            />
          )}
          <Field
            label={isGuest ? 'Password' : 'New password'}
            type="password"
            autoComplete="new-password"
            minLength={LEAST_PASSWORD}
            hint={`${LEAST_PASSWORD} characters or more, no spaces.`}
            value={password}
            onWrite={setPassword}
          />
        </Form>
      )}
      {view === 'leaving' && (
        <p role="alert">Nobody can be {player?.name} again without a password. Leave all the same?</p>
      )}
      <button type="button" className="action" onClick={() => void leave()}>
        Sign out
      </button>
    </div>
  );
}
