import { useEffect, useId, useState } from 'react';
import './action.css';

/** A button that says what it does, that it is doing it, or why it cannot. */
export interface ActionProps {
  label: string;
  /** What it says while `onAct` is under way; takes no more room than the longest of its texts. */
  pendingLabel?: string;
  /** Why it is not available; it keeps its place and the focus, and says this when pressed. */
  unavailable?: string | undefined;
  /** What it throws is said in the same place. */
  onAct: () => Promise<void> | void;
  /** The cabinet's one primary action takes the accent; any other is quiet. */
  isPrimary?: boolean;
}

/**
 * Never disabled for the keyboard: focus stays where it is, whatever becomes of what was pressed. Why it cannot stands over
 * it once it was pressed, or while it is pointed at, and pushes nothing away.
 */
export function Action({ label, pendingLabel = label, unavailable, onAct, isPrimary = false }: ActionProps) {
  const [isPending, setPending] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [isAsked, setAsked] = useState(false);
  const reasonId = useId();
  const reason = unavailable ?? failure;
  const isSaid = failure !== undefined || isAsked;
  useEffect(() => {
    if (unavailable === undefined) setAsked(false);
  }, [unavailable]);
  const act = async () => {
    if (unavailable !== undefined) setAsked(true);
    if (isPending || unavailable !== undefined) return;
    setPending(true);
    setFailure(undefined);
    try {
      await onAct();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      setPending(false);
    }
  };
  return (
    <span className="action-place" data-primary={isPrimary}>
      <button
        type="button"
        className={isPrimary ? 'action primary' : 'action'}
        aria-disabled={isPending || unavailable !== undefined}
        aria-busy={isPending}
        aria-describedby={reason === undefined ? undefined : reasonId}
        onClick={() => void act()}
        onBlur={() => {
          setAsked(false);
          setFailure(undefined);
        }}
      >
        <span className="slot">
          <span data-shown={!isPending}>{label}</span>
          {pendingLabel !== label && <span data-shown={isPending}>{pendingLabel}</span>}
        </span>
      </button>
      <span className="action-reason" id={reasonId} data-said={isSaid} hidden={reason === undefined}>
        {reason}
      </span>
      {/* What was asked by pressing is answered aloud. */}
      <span className="visually-hidden" role="status">
        {isSaid ? reason : ''}
      </span>
    </span>
  );
}
