import { ICONS } from '@arcade/networks/icons';
import { isCylinder } from '@arcade/networks/shapes';
import type { WireEdge, WireGraph, WireNode, WirePoint } from '@arcade/networks/wire/graph';
import { memo } from 'react';
import { labelPlace, shapeOf } from './shapes.ts';

/** Tokens that can be seen at once. */
const MOST_TOKENS = 48;
const CORNER = 8;
const ICON = 11;
/** From an icon to the word beside it, and a letter of that word. */
const BESIDE = 4;
const LETTER = 5.8;
/** A line with round corners. Its pieces go straight across or straight down. */
export function roundedPath(points: readonly WirePoint[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const parts = [`M${first.x} ${first.y}`];
  for (const [index, corner] of rest.entries()) {
    const [before, after] = [points[index] ?? corner, rest[index + 1]];
    if (!after) {
      parts.push(`L${corner.x} ${corner.y}`);
      break;
    }
    const toward = (other: WirePoint): string => {
      const length = Math.hypot(other.x - corner.x, other.y - corner.y);
      const part = length === 0 ? 0 : Math.min(CORNER, length / 2) / length;
      return `${corner.x + (other.x - corner.x) * part} ${corner.y + (other.y - corner.y) * part}`;
    };
    parts.push(`L${toward(before)}Q${corner.x} ${corner.y} ${toward(after)}`);
  }
  return parts.join('');
}

function Line({ edge }: { edge: WireEdge }) {
  const { x, y } = labelPlace(edge.points);
  return (
    <g className="wire-edge" data-edge={edge.id} data-line={edge.line} data-failure={edge.isFailure}>
      <path d={roundedPath(edge.points)} />
      <text className="wire-rate" x={x} y={y - 5} textAnchor="middle" />
    </g>
  );
}

const KIND_NAMES: Partial<Record<WireNode['kind'], string>> = {
  // REST or HTTP: a drawing does not tell them apart.
  http: 'web API',
  websocket: 'WebSocket API',
  users: 'user pool',
  identities: 'identity pool',
  log: 'log group',
};

/** A mark of a pattern, at the lower edge of what belongs to it. */
const MARK = { width: 8, height: 2.5, apart: 10, above: 5 };

type ColourOf = (theme: string) => string | undefined;

const coloursIn = (graph: WireGraph): ColourOf => {
  const colours = new Map(graph.themes.map(({ title, light, dark }) => [title, `light-dark(${light}, ${dark})`]));
  return (theme) => colours.get(theme);
};

function Box({ node, colourOf }: { node: WireNode; colourOf: ColourOf }) {
  const { x, y, height, kind, family, id, label } = node;
  const top = y - height / 2;
  const down = isCylinder(kind) ? 2.5 : 0;
  const word = KIND_NAMES[kind] ?? kind;
  // As if the icon and the kind were one word in the middle; a time in the kind's place begins where that began.
  const left = x - (ICON + BESIDE + word.length * LETTER) / 2;
  return (
    <g className="wire-node" data-node={id} data-kind={kind} data-family={family} data-look="quiet">
      <path className="wire-shape" d={shapeOf(node)} />
      <path
        className="wire-icon"
        d={ICONS[kind]}
        transform={`translate(${left} ${top + down + 18.5}) scale(${ICON / 24})`}
      />
      <text className="wire-name" x={x} y={top + down + 14.5} textAnchor="middle">
        {label}
      </text>
      <text className="wire-kind" x={left + ICON + BESIDE} y={top + down + 27.5}>
        {word}
      </text>
      {node.themes.map((theme, at) => (
        <rect
          key={theme}
          x={x + (at - node.themes.length / 2) * MARK.apart + (MARK.apart - MARK.width) / 2}
          y={y + height / 2 - MARK.above}
          width={MARK.width}
          height={MARK.height}
          style={{ fill: colourOf(theme) }}
        >
          <title>{theme}</title>
        </rect>
      ))}
    </g>
  );
}

/** What stands still: nodes and lines. Drawn once; `paint` changes how they look. */
export const Furniture = memo(function Furniture({ graph }: { graph: WireGraph }) {
  const colourOf = coloursIn(graph);
  return (
    <>
      {graph.groups.map(({ id, title, x, y, width, height }) => (
        <g key={id} className="wire-group">
          <rect x={x} y={y} width={width} height={height} rx="8" style={{ stroke: colourOf(title) }} />
          <text x={x + 6} y={y + 10} style={{ fill: colourOf(title) }}>
            {title}
          </text>
        </g>
      ))}
      {graph.edges.map((edge) => (
        <Line key={edge.id} edge={edge} />
      ))}
      {graph.nodes.map((node) => (
        <Box key={node.id} node={node} colourOf={colourOf} />
      ))}
    </>
  );
});

/** The tokens that `paint` moves over the drawing: boxes of their own, which move without the page being laid out anew. */
export const Tokens = memo(function Tokens() {
  return (
    <div className="wire-tokens" aria-hidden="true">
      {Array.from({ length: MOST_TOKENS }, (_, slot) => (
        <i key={slot} hidden />
      ))}
    </div>
  );
});
