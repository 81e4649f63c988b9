import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef } from 'react';
import type { Lens } from './lens.ts';

const NEARER = 1.25;
/** What the arrow keys move it by, in pixels. */
const STEP = 80;
const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [STEP, 0],
  ArrowRight: [-STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};
/** Less than that is a press and no move, in pixels. */
const STILL = 5;

interface Point {
  x: number;
  y: number;
}

/** Moves the lens by pointers (one drags, two pinch), the wheel and keys. `onPress` is told where somebody has pressed without moving, in pixels of the place. */
export function useHands(
  place: RefObject<HTMLElement | null>,
  lens: RefObject<Lens | undefined>,
  { onMove, onPress }: { onMove: () => void; onPress: (at: Point) => void },
) {
  const pointers = useRef(new Map<number, Point>());
  const moved = useRef(0);
  const inPlace = ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
    const box = place.current?.getBoundingClientRect();
    return { x: clientX - (box?.left ?? 0), y: clientY - (box?.top ?? 0) };
  };
  const middle = (): Point => {
    const box = place.current?.getBoundingClientRect();
    return { x: (box?.width ?? 0) / 2, y: (box?.height ?? 0) / 2 };
  };
  const zoom = (factor: number, at: Point = middle()) => {
    lens.current?.zoomBy(factor, at);
    onMove();
  };

  const latest = useRef({ zoom, inPlace });
  useEffect(() => {
    latest.current = { zoom, inPlace };
  });
  useEffect(() => {
    const element = place.current;
    const onWheel = (event: WheelEvent) => {
      // The page would go away under the pointer; React's own listener may not hold it.
      event.preventDefault();
      latest.current.zoom(Math.exp(-event.deltaY / 400), latest.current.inPlace(event));
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [place]);

  return {
    zoomBy: zoom,
    nearer: () => zoom(NEARER),
    farther: () => zoom(1 / NEARER),
    handlers: {
      onPointerDown(event: PointerEvent) {
        if (pointers.current.size === 0) moved.current = 0;
        event.currentTarget.setPointerCapture(event.pointerId);
        pointers.current.set(event.pointerId, inPlace(event));
      },
      onPointerMove(event: PointerEvent) {
        const before = pointers.current.get(event.pointerId);
        if (!before) return;
        const now = inPlace(event);
        const [other] = [...pointers.current].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
        if (other) {
          const spread = ({ x, y }: Point) => Math.hypot(x - other.x, y - other.y);
          zoom(spread(now) / Math.max(1, spread(before)), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
        } else {
          lens.current?.panBy(now.x - before.x, now.y - before.y);
          onMove();
        }
        moved.current += Math.hypot(now.x - before.x, now.y - before.y);
        pointers.current.set(event.pointerId, now);
      },
      onPointerUp(event: PointerEvent) {
        const isPress =
          pointers.current.delete(event.pointerId) && pointers.current.size === 0 && moved.current < STILL;
        if (isPress) onPress(inPlace(event));
      },
      onPointerCancel(event: PointerEvent) {
        pointers.current.delete(event.pointerId);
      },
      onKeyDown(event: KeyboardEvent) {
        const { key } = event;
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        const [dx, dy] = STEPS[key] ?? [0, 0];
        if (dx !== 0 || dy !== 0) {
          event.preventDefault();
          lens.current?.panBy(dx, dy);
          onMove();
        } else if (key === '+' || key === '=') zoom(NEARER);
        else if (key === '-') zoom(1 / NEARER);
        else if (key === '0') {
          lens.current?.show(undefined, performance.now());
          onMove();
        }
      },
    },
  };
}
