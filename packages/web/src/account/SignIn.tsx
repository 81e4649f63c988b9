import { lazy, Suspense } from 'react';

const AccountDialog = lazy(async () => ({ default: (await import('./AccountDialog.tsx')).AccountDialog }));

/**
 * The dialog in which one signs in; `why` says what for, in a sentence. It closes by itself when somebody is signed in, and gives the
 * focus back. Its code is loaded when it is first opened.
 */
export function SignIn({ why, onClose }: { why?: string; onClose: () => void }) {
  return (
    <Suspense fallback={null}>
      <AccountDialog {...(why !== undefined && { why })} onClose={onClose} />
    </Suspense>
  );
}
