import type { WireEdge, WireGraph, WireNode } from '@arcade/networks/wire/graph';
import type { Family } from '../cabinet/parts.tsx';
import type { NodeLook, Picture, SeenToken } from './flow.ts';
import { type Painter, pixelsOf, printedMs } from './paint.ts';
import { labelPlace, shapeOf } from './shapes.ts';

const TOKENS = ['fn', 'msg', 'store', 'entry', 'soft', 'bad', 'warn', 'ink', 'sunk'] as const;
type Colours = Record<(typeof TOKENS)[number], string>;

const TOKEN_OF: Record<Family, keyof Colours> = {
  function: 'fn',
  message: 'msg',
  store: 'store',
  entry: 'entry',
  outside: 'soft',
};

/** The page's own colours, by day and by night: what `var(--fn)` comes to inside `stage` now. */
function coloursIn(stage: HTMLElement): Colours {
  const probe = document.createElement('i');
  probe.hidden = true;
  stage.append(probe);
  const entries = TOKENS.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(entries) as Colours;
}

/** A token that is smaller than that cannot be seen, in pixels. */
const LEAST_RADIUS = 3.5;
const RADIUS = 5;
const MONO = 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace';

/** How a node looks that is not quiet. */
const LOOKS: Record<
  Exclude<NodeLook, 'quiet'>,
  { width: number; fill: number; dash: number[]; colour?: keyof Colours }
> = {
  lit: { width: 3, fill: 0, dash: [] },
  running: { width: 3.4, fill: 0.28, dash: [] },
  struck: { width: 3, fill: 0, dash: [3, 3], colour: 'warn' },
  failed: { width: 3.4, fill: 0.22, dash: [8, 3], colour: 'bad' },
};

/**
 * A painter that draws what moves on a canvas over the drawing, which itself stays as it is: of a large drawing each change would be
 * painted anew, with all that lies around it. What is printed inside a node elsewhere stands below it here, while it happens.
 */
export function createCanvasPainter(
  canvas: HTMLCanvasElement,
  { nodes, edges }: WireGraph,
): Painter & { stop(): void } {
  const context = canvas.getContext('2d');
  const stage = canvas.parentElement ?? canvas;
  let colours = coloursIn(stage);
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const onScheme = () => {
    colours = coloursIn(stage);
  };
  scheme.addEventListener('change', onScheme);
  const shapes = new Map(nodes.map((node) => [node.id, new Path2D(shapeOf(node))]));
  const lines = new Map(edges.map((edge) => [edge.id, new Path2D(pathOf(edge))]));
  const places = new Map(edges.map((edge) => [edge.id, labelPlace(edge.points)]));

  const drawNode = (draw: CanvasRenderingContext2D, node: WireNode, picture: Picture) => {
    const look = picture.lookOf(node.id);
    const shape = shapes.get(node.id);
    if (look === 'quiet' || !shape) return;
    const { width, fill, dash, colour = TOKEN_OF[node.family] } = LOOKS[look];
    draw.strokeStyle = colours[colour];
    draw.lineWidth = width;
    draw.setLineDash(dash);
    if (fill > 0) {
      draw.globalAlpha = fill;
      draw.fillStyle = colours[colour];
      draw.fill(shape);
      draw.globalAlpha = 1;
    }
    draw.stroke(shape);
    const ms = picture.tookMs(node.id);
    if (ms !== undefined) label(draw, printedMs(ms), node.x, node.y + node.height / 2 + 11, 10);
  };
  const drawEdge = (draw: CanvasRenderingContext2D, edge: WireEdge, picture: Picture) => {
    const rate = picture.rateOf(edge.id);
    const hasFailed = edge.isFailure && picture.isShown(edge);
    const line = lines.get(edge.id);
    if ((rate === undefined && !hasFailed) || !line) return;
    draw.strokeStyle = hasFailed ? colours.bad : colours.ink;
    draw.lineWidth = rate === undefined ? 2.5 : 4.5;
    draw.setLineDash([]);
    draw.stroke(line);
    const place = places.get(edge.id);
    if (rate !== undefined && place) label(draw, `×${rate}/s`, place.x, place.y - 5, 12);
  };
  const label = (draw: CanvasRenderingContext2D, text: string, x: number, y: number, size: number) => {
    draw.font = `700 ${size}px ${MONO}`;
    draw.textAlign = 'center';
    draw.setLineDash([]);
    draw.lineWidth = 3;
    draw.strokeStyle = colours.sunk;
    draw.strokeText(text, x, y);
    draw.fillStyle = colours.ink;
    draw.fillText(text, x, y);
  };
  const drawToken = (draw: CanvasRenderingContext2D, token: SeenToken, scale: number) => {
    const { x, y, family, isGhost, end, opacity } = token;
    const colour = colours[TOKEN_OF[family]];
    draw.globalAlpha = opacity;
    draw.beginPath();
    draw.arc(x, y, Math.max(RADIUS, LEAST_RADIUS / scale) * (isGhost ? 1.3 : 1), 0, 2 * Math.PI);
    // A repeat is a ghost: hollow, with a broken edge.
    draw.fillStyle = isGhost ? colours.sunk : colour;
    draw.fill();
    draw.setLineDash(isGhost ? [3, 2] : []);
    draw.lineWidth = isGhost || end === 'fails' ? 2 : 1;
    draw.strokeStyle = end === 'fails' ? colours.bad : isGhost ? colour : colours.sunk;
    draw.stroke();
    draw.globalAlpha = 1;
  };

  return {
    paint(picture, view, size, _nowMs) {
      if (!context) return;
      const ratio = devicePixelRatio;
      const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, width, height);
      const { scale, at } = pixelsOf(view, size);
      const origin = at({ x: 0, y: 0 });
      context.setTransform(scale * ratio, 0, 0, scale * ratio, origin.x * ratio, origin.y * ratio);
      for (const edge of edges) drawEdge(context, edge, picture);
      for (const node of nodes) drawNode(context, node, picture);
      for (const token of picture.tokens) drawToken(context, token, scale);
    },
    stop: () => scheme.removeEventListener('change', onScheme),
  };
}

const pathOf = ({ points }: WireEdge): string =>
  points.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${x} ${y}`).join('');
