import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { type Seating, seatsAround } from './ring.ts';

/** Seats so many players in the element that takes the ref, and again when it changes its size. */
export function useSeating<Room extends HTMLElement>(count: number): [ref: RefObject<Room | null>, seating: Seating] {
  const ref = useRef<Room>(null);
  const [room, setRoom] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      setRoom({ width: element.clientWidth / rem, height: element.clientHeight / rem });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, seatsAround(count, room.width, room.height)];
}
