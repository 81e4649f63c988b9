import { useState } from 'react';

/** A button that says what it does, that it is doing it, or why it cannot. */
export interface ActionProps {
  label: string;
  /** What it says while `onAct` is under way; takes no more room than the longest of its texts. */
  pendingLabel?: string;
  /** Why it is not available; it keeps its place and the focus, and says this when pressed. */
  unavailable?: string | undefined;
  onAct: () => Promise<void> | void;
  /** The cabinet's one primary action takes the accent; any other is quiet. */
  isPrimary?: boolean;
}

/** Never disabled for the keyboard: focus stays where it is, whatever becomes of what was pressed. */
export function Action({ label, pendingLabel = label, unavailable, onAct, isPrimary = false }: ActionProps) {
  const [isPending, setPending] = useState(false);
  const act = async () => {
    if (isPending || unavailable !== undefined) return;
    setPending(true);
    try {
      await onAct();
    } finally {
      setPending(false);
    }
  };
  return (
    <button
      type="button"
      className={isPrimary ? 'action primary' : 'action'}
      aria-disabled={isPending || unavailable !== undefined}
      onClick={() => void act()}
    >
      {isPending ? pendingLabel : label}
    </button>
  );
}
