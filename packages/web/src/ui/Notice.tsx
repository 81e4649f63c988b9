import type { ReactNode } from 'react';

/** A sentence that the reader should not miss. `bad` for what went wrong, `warn` for what may pass by itself. */
export function Notice({ tone = 'warn', children }: { tone?: 'warn' | 'bad'; children: ReactNode }) {
  return (
    <div className="notice" data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}
