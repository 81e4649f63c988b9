import { useState } from 'react';
import { Boundary } from '../shell/Boundary.tsx';
import { SignIn } from './SignIn.tsx';
import { useAccount } from './useAccount.ts';

/** Who plays, in the shell's header; opens what one can do about it. Takes its place before anybody knows, and none where nobody can sign in. */
export function AccountButton() {
  const { status, player } = useAccount();
  const [isOpen, setOpen] = useState(false);
  if (status === 'closed') return null;
  return (
    <>
      <button
        type="button"
        className="account-button"
        aria-haspopup="dialog"
        title={player && `Signed in as ${player.name}`}
        data-status={status}
        onClick={() => setOpen(true)}
      >
        <span className="account-name">{player?.name ?? 'Sign in'}</span>
      </button>
      <span className="visually-hidden" role="status">
        {player && `Signed in as ${player.name}.`}
      </span>
      {isOpen && (
        <Boundary>
          <SignIn onClose={() => setOpen(false)} />
        </Boundary>
      )}
    </>
  );
}
