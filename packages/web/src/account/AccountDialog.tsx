import { useEffect, useId, useRef } from 'react';
import { AccountPanel } from './AccountPanel.tsx';
import { SignInPanel } from './SignInPanel.tsx';
import { type UseAccount, useAccount } from './useAccount.ts';
import './account.css';

/** What is asked of whoever is not signed in, and what those who are can do, over the page. Focus goes back to what has opened it. */
export function AccountDialog({ why, onClose }: { why?: string; onClose: () => void }) {
  const account: UseAccount = useAccount();
  const titleId = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  // Whoever came to sign in has done so; whoever came signed in sees their account.
  const cameSignedIn = useRef(account.player !== undefined);
  const isSignedIn = account.player !== undefined;
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  useEffect(() => {
    if (isSignedIn !== cameSignedIn.current) dialog.current?.close();
  }, [isSignedIn]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself.
    <dialog
      ref={dialog}
      className="account-dialog"
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={({ target, currentTarget }) => target === currentTarget && currentTarget.close()}
    >
      <div className="account-frame">
        {cameSignedIn.current ? (
          <AccountPanel account={account} titleId={titleId} onDone={() => dialog.current?.close()} />
        ) : (
          <SignInPanel account={account} titleId={titleId} {...(why !== undefined && { why })} />
        )}
        <button type="button" className="account-close" aria-label="Close" onClick={() => dialog.current?.close()}>
          ✕
        </button>
      </div>
    </dialog>
  );
}
