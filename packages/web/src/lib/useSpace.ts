import { useEffect } from 'react';

/** What takes the space bar for itself. */
const CONTROLS =
  'a, button, input, select, textarea, summary, [contenteditable], [role="button"], [role="switch"], [role="listbox"]';

/** Calls `onSpace` when the space bar is pressed where no control has the focus; it does not scroll the page then. */
export function useSpace(onSpace: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isPlain = !event.repeat && !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
      if (event.key !== ' ' || event.defaultPrevented || !isPlain) return;
      if (event.target instanceof Element && event.target.closest(CONTROLS)) return;
      event.preventDefault();
      onSpace();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [onSpace]);
}
