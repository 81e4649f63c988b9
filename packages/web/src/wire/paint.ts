import type { WireEdge, WireGraph, WirePoint } from '@arcade/networks/wire/graph';
import type { Size, View } from './camera.ts';
import type { Picture, SeenToken } from './flow.ts';

/** Figures change so often at the most that they can be read, in milliseconds. */
const FIGURE_MS = 250;

/** Puts pictures on the drawing, and touches only what differs from the one before. */
export interface Painter {
  /** `view` is the part of the drawing that is seen in `size` pixels. */
  paint(picture: Picture, view: View, size: Size, nowMs: number): void;
}

/** Sets an attribute when it is another one than before: reading it back from the element would cost more. */
function attribute(element: Element, name: string) {
  let current: string | undefined;
  return (value: string | undefined) => {
    if (value === current) return;
    current = value;
    if (value === undefined) element.removeAttribute(name);
    else element.setAttribute(name, value);
  };
}

function text(element: Element | null | undefined) {
  let current: string | undefined;
  return (value: string) => {
    if (!element || value === current) return;
    current = value;
    element.textContent = value;
  };
}

/** From units of the drawing to pixels of the element that shows a part of it, its middle in the middle. */
export function pixelsOf({ x, y, width, height }: View, size: Size) {
  const scale = Math.min(size.width / width, size.height / height);
  const [left, top] = [(size.width - width * scale) / 2 - x * scale, (size.height - height * scale) / 2 - y * scale];
  return { scale, at: (point: WirePoint) => ({ x: left + point.x * scale, y: top + point.y * scale }) };
}

function tokenOf(dot: HTMLElement) {
  const [family, isGhost, end] = ['data-family', 'data-ghost', 'data-end'].map((name) => attribute(dot, name));
  let isShown = false;
  return (token: SeenToken | undefined, { at, scale }: ReturnType<typeof pixelsOf>) => {
    if (isShown !== (token !== undefined)) dot.hidden = isShown;
    isShown = token !== undefined;
    if (!token) return;
    const { x, y } = at(token);
    dot.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) scale(${scale.toFixed(2)})`;
    dot.style.opacity = token.opacity.toFixed(2);
    family?.(token.family);
    isGhost?.(String(token.isGhost));
    end?.(token.end);
  };
}

/** A run's time as it is printed: true milliseconds. */
export const printedMs = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms).toLocaleString('en')} ms`;

/** A node's look, and the time that is printed in it. */
function nodeOf(element: Element, id: string) {
  const [look, took] = [attribute(element, 'data-look'), text(element.querySelector('.wire-kind'))];
  return (picture: Picture, isForFigures: boolean) => {
    look(picture.lookOf(id));
    const ms = isForFigures ? picture.tookMs(id) : undefined;
    if (ms !== undefined) took(printedMs(ms));
  };
}

/** A line, with the count of what is too much to be drawn. */
function edgeOf(element: Element, edge: WireEdge) {
  const rate = text(element.querySelector('.wire-rate'));
  const [isBusy, isShown] = [attribute(element, 'data-busy'), attribute(element, 'data-shown')];
  return (picture: Picture, isForFigures: boolean) => {
    const perSecond = picture.rateOf(edge.id);
    isBusy(perSecond === undefined ? undefined : 'true');
    if (perSecond === undefined) rate('');
    else if (isForFigures) rate(`×${perSecond}/s`);
    isShown(picture.isShown(edge) ? undefined : 'false');
  };
}

/** What only failures reach comes and goes with them. */
function buriedOf(element: Element, ways: readonly WireEdge[]) {
  const isShown = attribute(element, 'data-shown');
  return (picture: Picture) => isShown(ways.some((way) => picture.isShown(way)) ? undefined : 'false');
}

/** A painter of the drawing inside `stage`, where `Furniture` has drawn the graph and `Tokens` wait. */
export function createPainter(stage: HTMLElement, { nodes, edges }: WireGraph): Painter {
  const find = (kind: string, id: string) => [...stage.querySelectorAll(`[data-${kind}="${CSS.escape(id)}"]`)];
  const painted = [
    ...nodes.flatMap(({ id }) => find('node', id).map((element) => nodeOf(element, id))),
    ...edges.flatMap((edge) => find('edge', edge.id).map((element) => edgeOf(element, edge))),
    ...nodes.flatMap(({ id }) => {
      const ways = edges.filter(({ from, to }) => from === id || to === id);
      const isBuried = ways.length > 0 && ways.every(({ isFailure }) => isFailure);
      return isBuried ? find('node', id).map((element) => buriedOf(element, ways)) : [];
    }),
  ];
  const tokens = [...stage.querySelectorAll<HTMLElement>('.wire-tokens i')].map(tokenOf);
  let figuresMs = Number.NEGATIVE_INFINITY;

  return {
    paint(picture, view, size, nowMs) {
      const isForFigures = nowMs - figuresMs >= FIGURE_MS || !picture.isMoving;
      if (isForFigures) figuresMs = nowMs;
      for (const paintPart of painted) paintPart(picture, isForFigures);
      const pixels = pixelsOf(view, size);
      for (const [index, paintToken] of tokens.entries()) paintToken(picture.tokens[index], pixels);
    },
  };
}
