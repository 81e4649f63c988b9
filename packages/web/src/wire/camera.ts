import type { WireGraph, WireNode } from '@arcade/networks/wire/graph';

export interface Size {
  width: number;
  height: number;
}

/** A part of the drawing, in its units. */
export interface View extends Size {
  x: number;
  y: number;
}

/** Below this many pixels a unit a label cannot be read: then a part of the drawing is shown. */
const LEAST_SCALE = 0.8;
const PART_SCALE = 0.95;
/** Of nodes that are to be seen together more is shown, down to this scale. */
const LEAST_FRAME_SCALE = 0.65;
const MARGIN = 5;
/** A part stays for so long at least, in milliseconds, and takes so long to go to another. */
const STAY_MS = 1_500;
const PAN_MS = 240;

const clamp = (value: number, least: number, most: number) => Math.min(Math.max(value, least), Math.max(least, most));

/** What is seen of a drawing in `width` by `height` pixels: all of it, or where labels were too small a part of it. */
export interface Camera {
  resize(width: number, height: number): void;
  /** What is to be seen; `focus` are the nodes around what happens, the latest first. */
  at(focus: readonly WireNode[], nowMs: number): View;
  /** Goes to these nodes, and stays until something else happens; none: it goes on with what happens. */
  frame(nodes: readonly WireNode[], nowMs: number): void;
  isMoving(nowMs: number): boolean;
}

const middleOf = (low: number, high: number) => (low + high) / 2;

const leftOf = (nodes: readonly WireNode[]) => Math.min(...nodes.map((node) => node.x - node.width / 2));
const rightOf = (nodes: readonly WireNode[]) => Math.max(...nodes.map((node) => node.x + node.width / 2));

/** The part of the given size around some nodes. */
function around(nodes: readonly WireNode[], { width, height }: Size, graph: WireGraph): View {
  const [left, right] = [leftOf(nodes), rightOf(nodes)];
  const top = Math.min(...nodes.map((node) => node.y - node.height / 2));
  const bottom = Math.max(...nodes.map((node) => node.y + node.height / 2));
  return {
    x: clamp(middleOf(left, right) - width / 2, -MARGIN, graph.width + MARGIN - width),
    y: clamp(middleOf(top, bottom) - height / 2, -MARGIN, graph.height + MARGIN - height),
    width,
    height,
  };
}

/** Where a drawing begins: it is read from the left. */
const leftmost = (nodes: readonly WireNode[]): readonly WireNode[] =>
  nodes.toSorted((one, other) => one.x - other.x).slice(0, 1);

const isInside = (view: View, { x, y, width, height }: WireNode) =>
  x - width / 2 >= view.x &&
  x + width / 2 <= view.x + view.width &&
  y - height / 2 >= view.y &&
  y + height / 2 <= view.y + view.height;

/** Nothing travels; all is in sight, however small. */
interface CameraOptions {
  isStill?: boolean;
  isWhole?: boolean;
}

export function createCamera(graph: WireGraph, { isStill = false, isWhole = false }: CameraOptions = {}): Camera {
  const whole: View = { x: -MARGIN, y: -MARGIN, width: graph.width + 2 * MARGIN, height: graph.height + 2 * MARGIN };
  let part: Size | undefined;
  let partScale = PART_SCALE;
  let framed: readonly WireNode[] = [];
  /** What had happened last when it went to a frame. */
  let held: string | undefined;
  let target = whole;
  let before = whole;
  let movedAtMs = Number.NEGATIVE_INFINITY;

  const goTo = (view: View, nowMs: number) => {
    before = viewAt(nowMs);
    target = view;
    movedAtMs = nowMs;
  };
  const viewAt = (nowMs: number): View => {
    const share = isStill ? 1 : clamp((nowMs - movedAtMs) / PAN_MS, 0, 1);
    const between = (key: keyof View) => before[key] + (target[key] - before[key]) * share;
    return { x: between('x'), y: between('y'), width: between('width'), height: between('height') };
  };
  const frameOf = (nodes: readonly WireNode[], { width, height }: Size): View => {
    const wanted = (rightOf(nodes) - leftOf(nodes) + 2 * MARGIN) / width;
    const more = clamp(wanted, 1, partScale / LEAST_FRAME_SCALE);
    return around(nodes, { width: width * more, height: height * more }, graph);
  };

  return {
    resize(width, height) {
      const scale = Math.min(width / whole.width, height / whole.height);
      // All rows where they can be read: then a part goes from side to side alone.
      partScale = clamp(height / whole.height, LEAST_SCALE, PART_SCALE);
      part =
        isWhole || width === 0 || scale >= LEAST_SCALE
          ? undefined
          : { width: width / partScale, height: height / partScale };
      // Where nothing has happened yet: where the drawing begins.
      const first = () => (part && framed.length > 0 ? frameOf(framed, part) : undefined);
      target = first() ?? (part ? around(leftmost(graph.nodes), part, graph) : whole);
      before = target;
      movedAtMs = Number.NEGATIVE_INFINITY;
    },
    at(focus, nowMs) {
      const latest = focus.slice(0, 2);
      const happened = focus.map(({ id }) => id).join();
      if (framed.length > 0) {
        held ??= happened;
        if (held === happened) return viewAt(nowMs);
        framed = [];
      }
      if (part && nowMs - movedAtMs >= STAY_MS && !latest.every((node) => isInside(target, node))) {
        goTo(around(focus, part, graph), nowMs);
        if (!latest.every((node) => isInside(target, node))) goTo(around(latest, part, graph), nowMs);
        // Two that are too far from each other for one part: rather one of them than what is between them.
        if (!latest.some((node) => isInside(target, node))) goTo(around(latest.slice(0, 1), part, graph), nowMs);
      }
      return viewAt(nowMs);
    },
    frame(nodes, nowMs) {
      framed = nodes;
      held = undefined;
      if (part && nodes.length > 0) goTo(frameOf(nodes, part), nowMs);
    },
    isMoving: (nowMs) => nowMs - movedAtMs < (part ? STAY_MS : 0),
  };
}
