import type { PointerEvent } from 'react';
import type { Run } from './run.ts';

const THUMBS = [
  { key: 'left', label: 'Left', sign: '◀' },
  { key: 'right', label: 'Right', sign: '▶' },
  { key: 'fire', label: 'Fire', sign: '▲' },
] as const;

/** For who plays with thumbs: each works as long as it is touched. Whoever has a keyboard has keys. */
export function Thumbs({ run }: { run: Run | undefined }) {
  const press = (key: (typeof THUMBS)[number]['key'], isDown: boolean) => (event: PointerEvent) => {
    // The focus stays in the game.
    event.preventDefault();
    if (isDown) event.currentTarget.setPointerCapture(event.pointerId);
    if (run && !run.isPaused) run.input[key] = isDown;
  };
  return (
    <div className="thumbs" data-shown={run !== undefined}>
      {THUMBS.map(({ key, label, sign }) => (
        <button
          key={key}
          type="button"
          className="thumb"
          data-key={key}
          aria-label={label}
          tabIndex={-1}
          onPointerDown={press(key, true)}
          onPointerUp={press(key, false)}
          onPointerCancel={press(key, false)}
          onContextMenu={(event) => event.preventDefault()}
        >
          <span aria-hidden="true">{sign}</span>
        </button>
      ))}
    </div>
  );
}
