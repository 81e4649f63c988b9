import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { newGame } from './engine.ts';
import { createPainter } from './paint.ts';
import type { Run } from './run.ts';
import type { Sound } from './sound.ts';
import './sky.css';

/** Keys that move the ship, and which way. */
const KEYS: Readonly<Record<string, 'left' | 'right' | 'fire'>> = {
  ArrowLeft: 'left',
  a: 'left',
  ArrowRight: 'right',
  d: 'right',
  ' ': 'fire',
  ArrowUp: 'fire',
  w: 'fire',
};

/** What takes keys for itself. */
const CONTROLS = 'a, button, input, select, textarea, summary, dialog, [contenteditable]';

const FORMATION = newGame();

const nameOf = ({ key }: KeyboardEvent) => (key.length === 1 ? key.toLowerCase() : key);

/** Whether nothing else takes it: a control that has the focus, or the browser. */
const isForGame = ({ target, ctrlKey, altKey, metaKey }: KeyboardEvent) =>
  !ctrlKey && !altKey && !metaKey && !(target instanceof Element && target.closest(CONTROLS));

/** The keys of whoever plays, wherever on the page nothing else takes them. */
function useKeys(run: Run | undefined, { onPause }: { onPause: () => void }) {
  useEffect(() => {
    if (!run) return;
    const onDown = (event: KeyboardEvent) => {
      const pressed = KEYS[nameOf(event)];
      if (!isForGame(event)) return;
      if (nameOf(event) === 'p' && !event.repeat) onPause();
      if (!pressed || run.isPaused) return;
      event.preventDefault();
      run.input[pressed] = true;
    };
    // A key that was pressed in the game is let go wherever the focus is by then.
    const onUp = (event: KeyboardEvent) => {
      const pressed = KEYS[nameOf(event)];
      if (pressed) run.input[pressed] = false;
    };
    const letGo = () => Object.assign(run.input, { left: false, right: false, fire: false });
    document.addEventListener('keydown', onDown);
    document.addEventListener('keyup', onUp);
    window.addEventListener('blur', letGo);
    return () => {
      document.removeEventListener('keydown', onDown);
      document.removeEventListener('keyup', onUp);
      window.removeEventListener('blur', letGo);
    };
  }, [run, onPause]);
}

/** How much longer until the level begins, in whole seconds; undefined while it is played. */
function useReady(run: Run | undefined): { level: number; seconds: number } | undefined {
  const [ready, setReady] = useState<{ level: number; seconds: number }>();
  useEffect(() => {
    setReady(undefined);
    return run?.watch({
      onFrame({ phase, readyMs, level }) {
        const seconds = phase === 'ready' ? Math.ceil(readyMs / 1_000) : 0;
        setReady((before) => {
          if ((before?.seconds ?? 0) === seconds) return before;
          return seconds > 0 ? { level, seconds } : undefined;
        });
      },
    });
  }, [run]);
  return ready;
}

interface CanvasProps {
  run: Run | undefined;
  sound: Sound;
  isStill: boolean;
  onThrough: (part: number) => void;
}

/** The game as it is drawn; without one, who waits for the next. */
function Canvas({ run, sound, isStill, onThrough }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const through = useRef(onThrough);
  useEffect(() => {
    through.current = onThrough;
  }, [onThrough]);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context) return;
    const painter = createPainter(context, { isStill, onThrough: (part) => through.current(part) });
    let frame: number | undefined;
    let beforeMs = performance.now();
    const sinceMs = () => {
      const nowMs = performance.now();
      const dtMs = Math.min(100, nowMs - beforeMs);
      beforeMs = nowMs;
      return dtMs;
    };
    // What flies on when the game is over, or paused.
    const rest = () => {
      frame = undefined;
      painter.paint(run?.game ?? FORMATION, [], sinceMs());
      if (painter.isMoving() && (!run || run.isPaused || run.game.phase === 'over'))
        frame = requestAnimationFrame(rest);
    };
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      painter.resize(entry.contentRect.width, entry.contentRect.height, window.devicePixelRatio);
      rest();
    });
    observer.observe(canvas.current);
    const unwatch = run?.watch({
      onFrame(game, happened) {
        painter.paint(game, happened, sinceMs());
        sound.play(happened);
        if (game.phase === 'over') frame ??= requestAnimationFrame(rest);
      },
    });
    return () => {
      unwatch?.();
      observer.disconnect();
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, [run, sound, isStill]);
  return <canvas ref={canvas} />;
}

export interface FieldProps extends CanvasProps {
  /** Where the keyboard is while one plays. */
  stage: RefObject<HTMLDivElement | null>;
  onPause: () => void;
  /** Enter, where nothing else takes it: what the primary button does. */
  onEnter: () => void;
  /** What stands over the field while nothing is played. */
  children: ReactNode;
}

/** The field, and the keys for it. */
export function Field({ run, stage, onPause, onEnter, children, ...drawn }: FieldProps) {
  const ready = useReady(run);
  useKeys(run, { onPause });
  return (
    <div
      ref={stage}
      className="sky"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the game takes the arrow keys, as its role says.
      tabIndex={0}
      aria-label="The game: arrow keys move, Space fires, P pauses"
      onKeyDown={({ key, repeat, target, currentTarget }) => {
        if (key === 'Enter' && !repeat && target === currentTarget) onEnter();
      }}
    >
      <Canvas run={run} {...drawn} />
      {ready && !children && (
        <p className="sky-words" data-kind="ready">
          <strong>Level {ready.level}</strong>
          <span>ready in {ready.seconds}</span>
        </p>
      )}
      {children}
    </div>
  );
}
