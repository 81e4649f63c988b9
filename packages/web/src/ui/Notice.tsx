import type { ReactNode } from 'react';

/** What went wrong: the reader should not miss it. */
export function Notice({ children }: { children: ReactNode }) {
  return (
    <div className="notice" role="alert">
      {children}
    </div>
  );
}
