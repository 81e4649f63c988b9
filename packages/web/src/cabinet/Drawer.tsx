import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import './breakIt.css';

export interface DrawerProps {
  /** What it is for, in full: for a screen reader. */
  legend: string;
  /** What stands on its handle. */
  label: string;
  /** How many things in it are on. */
  count: number;
  /** All of it is in the drawer, and nothing beside its handle. */
  isCompact: boolean;
  /** Why what was asked for last was refused; empty for nothing. */
  refusal: string | undefined;
  className?: string;
  children: ReactNode;
}

/** What goes wrong on purpose, in a drawer that opens over the screen; Escape shuts it, and the focus is on its handle again. */
export function Drawer({ legend, label, count, isCompact, refusal, className = '', children }: DrawerProps) {
  const [isOpen, setOpen] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const bodyId = useId();
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key !== 'Escape' || !isOpen) return;
    setOpen(false);
    toggle.current?.focus();
  };
  return (
    <fieldset
      className={`break-it ${className}`.trim()}
      data-compact={isCompact}
      data-open={isOpen}
      onKeyDown={onKeyDown}
    >
      <legend className="visually-hidden">{legend}</legend>
      <button
        ref={toggle}
        type="button"
        className="break-it-toggle"
        aria-label={`${label}, ${count} on`}
        aria-expanded={isOpen}
        aria-controls={bodyId}
        onClick={() => setOpen(!isOpen)}
      >
        {label}
        <span className="break-it-count" data-on={count > 0}>
          {count}
        </span>
      </button>
      <div className="break-it-body" id={bodyId}>
        {children}
      </div>
      <p className="break-it-refusal" role="status">
        {refusal}
      </p>
    </fieldset>
  );
}
