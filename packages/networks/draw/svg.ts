import type { Network } from '../core/network.ts';
import type { Kind } from '../core/settings.ts';
import { drawingOf, LINE_NAMES, type Line } from './drawing.ts';
import { ICONS } from './icons.ts';
import { KIND_NAMES } from './labels.ts';
import { laidOut, type PlacedEdge, type PlacedNode, SIZES } from './layout.ts';
import { rounded, widthOf } from './measure.ts';
import { curve, type Direction } from './ports.ts';
import { outline } from './shapes.ts';
import { FAMILY, STYLE } from './theme.ts';

const LEGEND_ROW = 24;
const LEGEND_ICON = 16;
const LEGEND_LINE = 34;
const EDGE = 16;
const LEAST_WIDTH = 360;
const TABLE_LID = 3;
const PLATE_SPARE = 8;

const escapeXml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

const icon = (kind: Kind, left: number, top: number, size: number): string =>
  `<path class="icon ${FAMILY[kind]}-icon" transform="translate(${rounded(left)} ${rounded(top)}) scale(${rounded((size / 24) * 100) / 100})" d="${ICONS[kind]}"/>`;

const drawNode = ({ node, x, y, width, height }: PlacedNode): string => {
  const left = x - width / 2 + SIZES.padding;
  const textLeft = rounded(left + SIZES.icon + SIZES.padding / 1.5);
  // The lid of a table takes some of its height.
  const middle = node.kind === 'table' ? y + TABLE_LID : y;
  const nameAt = middle - 2 - ((node.subtitle.length - 1) * SIZES.subtitleLine) / 2;
  const lines = node.subtitle.map(
    (line, at) =>
      `<text class="quiet" x="${textLeft}" y="${rounded(nameAt + 16 + at * SIZES.subtitleLine)}">${escapeXml(line)}</text>`,
  );
  return [
    `<g><title>${escapeXml([node.name, ...node.subtitle].join(', '))}</title>`,
    `<path class="shape ${FAMILY[node.kind]}${node.isOpen ? ' open' : ''}" d="${outline(node.kind, { x, y, width, height })}"/>`,
    icon(node.kind, left, middle - SIZES.icon / 2, SIZES.icon),
    `<text class="name" x="${textLeft}" y="${rounded(nameAt)}">${escapeXml(node.name)}</text>`,
    ...lines,
    '</g>',
  ].join('');
};

const drawLine = (direction: Direction, { edge, points }: PlacedEdge): string =>
  `<path class="line ${edge.line}" marker-end="url(#${edge.line}-tip)" d="${curve(direction, points)}"><title>${escapeXml(edge.sentences.join('\n'))}</title></path>`;

const drawLabel = ({ edge, label }: PlacedEdge): string => {
  const top = label.y - (edge.label.length * SIZES.line) / 2;
  const lines = edge.label.map(
    (line, at) =>
      `<text class="quiet" text-anchor="middle" x="${label.x}" y="${rounded(top + at * SIZES.line + 11)}">${escapeXml(line)}</text>`,
  );
  // Just wide enough for the text: other lines pass close by.
  const width = label.width - PLATE_SPARE;
  const plate = `<rect class="plate" x="${rounded(label.x - width / 2)}" y="${rounded(label.y - label.height / 2)}" width="${width}" height="${label.height}" rx="3"/>`;
  return plate + lines.join('');
};

interface Entry {
  readonly width: number;
  draw(left: number, middle: number): string;
}

const kindEntry = (kind: Kind): Entry => ({
  width: LEGEND_ICON + 6 + widthOf(KIND_NAMES[kind], SIZES.label) + 16,
  draw: (left, middle) =>
    `${icon(kind, left, middle - LEGEND_ICON / 2, LEGEND_ICON)}<text class="quiet" x="${left + LEGEND_ICON + 6}" y="${middle + 4}">${KIND_NAMES[kind]}</text>`,
});

const lineEntry = (line: Line): Entry => ({
  width: LEGEND_LINE + 8 + widthOf(LINE_NAMES[line], SIZES.label) + 16,
  draw: (left, middle) =>
    `<path class="line ${line}" marker-end="url(#${line}-tip)" d="M${left} ${middle}h${LEGEND_LINE - 4}"/><text class="quiet" x="${left + LEGEND_LINE + 8}" y="${middle + 4}">${LINE_NAMES[line]}</text>`,
});

/** The entries in rows no wider than the drawing. */
const legendRows = (entries: readonly Entry[], width: number): Entry[][] => {
  const rows: Entry[][] = [[]];
  let used = 0;
  for (const entry of entries) {
    if (used > 0 && used + entry.width > width) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(entry);
    used += entry.width;
  }
  return rows;
};

const drawLegend = (rows: readonly Entry[][], top: number): string =>
  rows
    .map((row, at) => {
      let left = EDGE;
      return row
        .map((entry) => {
          const drawn = entry.draw(left, top + at * LEGEND_ROW + LEGEND_ROW / 2);
          left += entry.width;
          return drawn;
        })
        .join('');
    })
    .join('');

const tip = (line: Line): string =>
  `<marker id="${line}-tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path class="${line}-tip" d="M0 1 10 5 0 9z"/></marker>`;

export interface SvgOptions {
  /** What the picture is of, for those who hear it. */
  readonly title?: string;
}

/** The network as an SVG that carries its own style, for light and dark. The same network gives the same bytes. */
export const svg = (network: Network, { title = 'Network' }: SvgOptions = {}): string => {
  const drawing = drawingOf(network);
  const layout = laidOut(drawing);
  const kinds = (Object.keys(KIND_NAMES) as Kind[]).filter((kind) => drawing.nodes.some((node) => node.kind === kind));
  const lines = (Object.keys(LINE_NAMES) as Line[]).filter((line) => drawing.edges.some((edge) => edge.line === line));
  const width = Math.max(layout.width, LEAST_WIDTH);
  const rows = legendRows([...kinds.map(kindEntry), ...lines.map(lineEntry)], width - 2 * EDGE);
  const height = layout.height + rows.length * LEGEND_ROW + EDGE;
  const sentences = Object.keys(network.edges).join('; ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escapeXml(title)}</title>`,
    `<desc id="description">${escapeXml(sentences)}</desc>`,
    `<style>${STYLE}</style>`,
    `<defs>${lines.map(tip).join('')}</defs>`,
    `<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    `<g transform="translate(${rounded((width - layout.width) / 2)} 0)">`,
    ...layout.edges.map((edge) => drawLine(layout.direction, edge)),
    ...layout.edges.map(drawLabel),
    ...layout.nodes.map(drawNode),
    '</g>',
    `<g>${drawLegend(rows, layout.height)}</g>`,
    '</svg>',
    '',
  ].join('\n');
};
