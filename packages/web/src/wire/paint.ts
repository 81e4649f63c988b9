import type { WireEdge, WireGraph } from '@arcade/networks/wire/graph';
import type { Picture, SeenToken } from './flow.ts';

/** Figures change so often at the most that they can be read, in milliseconds. */
const FIGURE_MS = 250;

/** Puts pictures on the drawing, and touches only what differs from the one before. */
export interface Painter {
  paint(picture: Picture, nowMs: number): void;
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

function tokenOf(circle: Element) {
  const [place, visibility, opacity] = ['transform', 'visibility', 'opacity'].map((name) => attribute(circle, name));
  const [family, isGhost, end] = ['data-family', 'data-ghost', 'data-end'].map((name) => attribute(circle, name));
  return (token: SeenToken | undefined) => {
    visibility?.(token ? undefined : 'hidden');
    if (!token) return;
    place?.(`translate(${token.x.toFixed(1)} ${token.y.toFixed(1)})`);
    opacity?.(token.opacity < 1 ? token.opacity.toFixed(2) : undefined);
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

/** A painter of the drawing inside `svg`, which `Furniture` has drawn of the graph. */
export function createPainter(svg: SVGElement, { nodes, edges }: WireGraph): Painter {
  const find = (kind: string, id: string) => [...svg.querySelectorAll(`[data-${kind}="${CSS.escape(id)}"]`)];
  const painted = [
    ...nodes.flatMap(({ id }) => find('node', id).map((element) => nodeOf(element, id))),
    ...edges.flatMap((edge) => find('edge', edge.id).map((element) => edgeOf(element, edge))),
    ...nodes.flatMap(({ id }) => {
      const ways = edges.filter(({ from, to }) => from === id || to === id);
      const isBuried = ways.length > 0 && ways.every(({ isFailure }) => isFailure);
      return isBuried ? find('node', id).map((element) => buriedOf(element, ways)) : [];
    }),
  ];
  const tokens = [...svg.querySelectorAll('.wire-tokens circle')].map(tokenOf);
  let figuresMs = Number.NEGATIVE_INFINITY;

  return {
    paint(picture, nowMs) {
      const isForFigures = nowMs - figuresMs >= FIGURE_MS || !picture.isMoving;
      if (isForFigures) figuresMs = nowMs;
      for (const paintPart of painted) paintPart(picture, isForFigures);
      for (const [index, paintToken] of tokens.entries()) paintToken(picture.tokens[index]);
    },
  };
}
