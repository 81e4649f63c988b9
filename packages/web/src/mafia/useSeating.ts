import { type RefObject, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { type Seating, seatsAround } from './ring.ts';

const NOTHING = { width: 0, height: 0 };

/** Seats so many players in the element that takes the ref, around what is in its middle; again when either changes its size. */
export function useSeating<Room extends HTMLElement>(
  count: number,
  middle: RefObject<HTMLElement | null>,
): [ref: RefObject<Room | null>, seating: Seating] {
  const ref = useRef<Room>(null);
  const [{ room, free }, setSizes] = useState({ room: NOTHING, free: NOTHING });
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      const sizeOf = (box: HTMLElement) => ({ width: box.clientWidth / rem, height: box.clientHeight / rem });
      // On a phone it stands above the room, and not in it.
      const inside =
        middle.current && getComputedStyle(middle.current).position === 'absolute' ? middle.current : undefined;
      setSizes({ room: sizeOf(element), free: inside ? sizeOf(inside) : NOTHING });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [middle]);
  return [ref, useMemo(() => seatsAround(count, room, free), [count, room, free])];
}
