import type { WirePoint } from '@arcade/networks/wire/graph';
import type { Camera, Size } from '../wire/camera.ts';

/** A part of the drawing that is to be seen. */
export interface Part extends WirePoint, Size {}

/** A camera that whoever looks moves by hand. Pixels are those of its place on the page. */
export interface Lens extends Camera {
  panBy(dx: number, dy: number): void;
  /** Nearer (above 1) or farther, with what is at this pixel where it is. */
  zoomBy(factor: number, at: WirePoint): void;
  /** Goes to a part; without one to all of it. */
  show(part: Part | undefined, nowMs: number): void;
  /** Where on the drawing a pixel is. */
  placeAt(pixel: WirePoint): WirePoint;
  /** Pixels for a unit of the drawing. */
  scale(): number;
}

const MARGIN = 12;
/** Nearer than that shows nothing more. */
const MOST_SCALE = 2.5;
const GO_MS = 240;

const between = (least: number, value: number, most: number) => Math.min(Math.max(value, least), most);

/** A lens over a drawing of this size, which shows all of it at first. */
export function createLens(drawing: Size, { isStill = false }: { isStill?: boolean } = {}): Lens {
  let size: Size = { width: 1, height: 1 };
  /** What is in the middle, and how near it is. */
  let held = { x: drawing.width / 2, y: drawing.height / 2, scale: 0 };
  let before = held;
  let wentAtMs = Number.NEGATIVE_INFINITY;
  let shown: Part | undefined;

  const whole = (): Part => ({
    x: -MARGIN,
    y: -MARGIN,
    width: drawing.width + 2 * MARGIN,
    height: drawing.height + 2 * MARGIN,
  });
  const scaleFor = ({ width, height }: Size) => Math.min(size.width / width, size.height / height);
  const leastScale = () => Math.min(scaleFor(whole()), MOST_SCALE);
  const keep = (next: typeof held) => {
    const scale = between(leastScale(), next.scale, MOST_SCALE);
    held = { x: between(0, next.x, drawing.width), y: between(0, next.y, drawing.height), scale };
  };
  const onto = (part: Part) => {
    // A small part is not blown up.
    const scale = Math.min(scaleFor(part), 1.4);
    keep({ x: part.x + part.width / 2, y: part.y + part.height / 2, scale });
  };
  /** Nothing is seen before it is known how large its place is. */
  const isOpen = () => held.scale > 0;
  const now = (nowMs: number) => {
    const share = isStill ? 1 : between(0, (nowMs - wentAtMs) / GO_MS, 1);
    if (share === 1) return held;
    const eased = 1 - (1 - share) ** 3;
    const mixed = (one: number, other: number) => one + (other - one) * eased;
    return {
      x: mixed(before.x, held.x),
      y: mixed(before.y, held.y),
      scale: mixed(before.scale, held.scale),
    };
  };
  const byHand = () => {
    wentAtMs = Number.NEGATIVE_INFINITY;
  };

  return {
    resize(width, height) {
      const isFirst = !isOpen();
      size = { width: Math.max(1, width), height: Math.max(1, height) };
      if (isFirst || held.scale <= leastScale()) onto(shown ?? whole());
      else keep(held);
    },
    at(_focus, nowMs) {
      if (!isOpen()) return whole();
      const { x, y, scale } = now(nowMs);
      const [width, height] = [size.width / scale, size.height / scale];
      return { x: x - width / 2, y: y - height / 2, width, height };
    },
    isMoving: (nowMs) => !isStill && nowMs - wentAtMs < GO_MS,
    frame: () => undefined,
    show(part, nowMs) {
      shown = part;
      if (!isOpen()) return;
      before = now(nowMs);
      onto(part ?? whole());
      wentAtMs = nowMs;
    },
    panBy(dx, dy) {
      if (!isOpen()) return;
      byHand();
      keep({ ...held, x: held.x - dx / held.scale, y: held.y - dy / held.scale });
    },
    zoomBy(factor, at) {
      if (!isOpen()) return;
      byHand();
      const scale = between(leastScale(), held.scale * factor, MOST_SCALE);
      const [fromMiddleX, fromMiddleY] = [at.x - size.width / 2, at.y - size.height / 2];
      // What is under the pointer stays there.
      const apart = 1 / held.scale - 1 / scale;
      keep({ x: held.x + fromMiddleX * apart, y: held.y + fromMiddleY * apart, scale });
    },
    placeAt: ({ x, y }) => ({
      x: held.x + (x - size.width / 2) / held.scale,
      y: held.y + (y - size.height / 2) / held.scale,
    }),
    scale: () => held.scale,
  };
}
