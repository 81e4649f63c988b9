import { useEffect, useRef, useState } from 'react';
import type { SourceLink } from './Lesson.tsx';

/** A file's text over the page, with the line that is meant marked and in sight. Focus goes back to what has opened it. */
export function SourceDialog({ source, onClose }: { source: SourceLink; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const marked = useRef<HTMLElement>(null);
  const [lines, setLines] = useState<readonly string[]>();
  const [isMissing, setMissing] = useState(false);
  const found = lines?.findIndex((line) => line.includes(source.find));

  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  useEffect(() => {
    let isGone = false;
    source.load().then(
      ({ default: text }) => isGone || setLines(text.trimEnd().split('\n')),
      () => isGone || setMissing(true),
    );
    return () => {
      isGone = true;
    };
  }, [source]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once the lines are there.
  useEffect(() => {
    marked.current?.scrollIntoView({ block: 'center' });
  }, [lines]);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself.
    <dialog
      ref={dialog}
      className="source"
      // Lines of a decision are as long as they like.
      data-prose={!source.label.endsWith('.ts')}
      aria-labelledby="source-title"
      onClose={onClose}
      onClick={({ target, currentTarget }) => target === currentTarget && currentTarget.close()}
    >
      <div className="source-frame">
        <header>
          <h2 id="source-title">{source.label}</h2>
          <button type="button" className="action" onClick={() => dialog.current?.close()}>
            Close
          </button>
        </header>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
        <pre tabIndex={0} aria-busy={!lines && !isMissing}>
          {isMissing && <p>This file could not be loaded.</p>}
          {lines?.map((line, index) =>
            index === found ? (
              <mark key={index} ref={marked}>
                {line}
              </mark>
            ) : (
              <span key={index}>{line}</span>
            ),
          )}
        </pre>
      </div>
    </dialog>
  );
}
