import type { Network } from '../core/network.ts';
import type { Kind } from '../core/settings.ts';
import {
  type Drawing,
  type DrawnEdge,
  type DrawnNode,
  type DrawOptions,
  drawingOf,
  LINE_NAMES,
  type Line,
} from './drawing.ts';
import { ICONS } from './icons.ts';
import { KIND_NAMES } from './labels.ts';
import { laidOut, type PlacedEdge, type PlacedGroup, type PlacedNode } from './layout.ts';
import { rounded, widthOf } from './measure.ts';
import { outline, rail } from './shapes.ts';
import { SIZES } from './sizes.ts';
import { FAMILY, patternOf, styleOf } from './theme.ts';

const LEGEND_ROW = 24;
const LEGEND_ICON = 16;
const LEGEND_LINE = 34;
const EDGE = 16;
const LEAST_WIDTH = 360;
const TABLE_LID = 3;
const CORNER = 6;
/** Room for the title above a drawing. */
const HEAD = 36;

const escapeXml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

const icon = (kind: Kind, left: number, top: number, size: number): string =>
  `<path class="icon ${FAMILY[kind]}-icon" transform="translate(${rounded(left)} ${rounded(top)}) scale(${Math.round((size / 24) * 1000) / 1000})" d="${ICONS[kind]}"/>`;

/** A mark in the colour of each pattern that a node belongs to. */
const marks = (themes: readonly string[], all: readonly string[], left: number, middle: number): string =>
  themes
    .map((theme, at) => {
      const x = rounded(left + at * SIZES.mark);
      return `<circle class="pattern${patternOf(all, theme)}-mark" cx="${x}" cy="${rounded(middle)}" r="3"/>`;
    })
    .join('');

const drawHeld = ({ holds }: DrawnNode, left: number, top: number): string =>
  holds
    .map(({ name, kind, sentences }, at) => {
      const y = top + at * SIZES.subtitleLine;
      return `<g><title>${escapeXml(sentences.join('\n'))}</title>${icon(kind, left, y - 9, SIZES.held)}<text class="quiet" x="${rounded(left + SIZES.held + 4)}" y="${rounded(y)}">${escapeXml(name)}</text></g>`;
    })
    .join('');

const sharedBy = ({ themes }: DrawnNode): readonly string[] => (themes.length > 1 ? [`of ${themes.join(', ')}`] : []);

const drawNode = ({ node, x, y, width, height }: PlacedNode, all: readonly string[]): string => {
  const left = x - width / 2 + SIZES.padding;
  const textLeft = rounded(left + SIZES.icon + SIZES.padding / 1.5);
  // The lid of a table takes some of its height.
  const middle = node.kind === 'table' ? y + TABLE_LID : y;
  const nameAt = middle - 2 - ((node.subtitle.length + node.holds.length - 1) * SIZES.subtitleLine) / 2;
  const lineAt = (at: number): number => rounded(nameAt + 16 + at * SIZES.subtitleLine);
  const lines = node.subtitle.map(
    (line, at) => `<text class="quiet" x="${textLeft}" y="${lineAt(at)}">${escapeXml(line)}</text>`,
  );
  const last = node.subtitle.length - 1;
  const marksLeft = textLeft + widthOf(node.subtitle[last] ?? '', SIZES.subtitle) + SIZES.mark;
  return [
    `<g><title>${escapeXml([node.name, ...node.subtitle, ...sharedBy(node)].join(', '))}</title>`,
    `<path class="shape ${FAMILY[node.kind]}${node.isOpen ? ' open' : ''}" d="${outline(node.kind, { x, y, width, height })}"/>`,
    icon(node.kind, left, middle - SIZES.icon / 2, SIZES.icon),
    `<text class="name" x="${textLeft}" y="${rounded(nameAt)}">${escapeXml(node.name)}</text>`,
    ...lines,
    ...(node.themes.length > 1 ? [marks(node.themes, all, marksLeft, lineAt(last) - 4)] : []),
    drawHeld(node, textLeft, lineAt(last + 1)),
    '</g>',
  ].join('');
};

/** How an arrow looks: its line, or that only what failed takes it. */
type Look = Line | 'failure';

const lookOf = ({ isFailure, line }: DrawnEdge): Look => (isFailure ? 'failure' : line);

const LOOKS: Readonly<Record<Look, string>> = { ...LINE_NAMES, failure: 'gives up, after all retries' };

const drawLine = ({ edge, points }: PlacedEdge): string =>
  `<path class="line ${lookOf(edge)}" marker-end="url(#${lookOf(edge)}-tip)" d="${rail(points, CORNER)}"><title>${escapeXml(edge.sentences.join('\n'))}</title></path>`;

const drawLabel = ({ edge, label }: PlacedEdge): string => {
  if (label === undefined) return '';
  const top = label.y - label.height / 2;
  return edge.label
    .map(
      (line, at) =>
        `<text class="quiet" text-anchor="middle" x="${label.x}" y="${rounded(top + at * SIZES.line + 11)}">${escapeXml(line)}</text>`,
    )
    .join('');
};

const drawGroup = ({ title, lines, label, x, y, width, height }: PlacedGroup, themes: readonly string[]): string => {
  const [left, top, pattern] = [rounded(x - width / 2), rounded(y - height / 2), `pattern${patternOf(themes, title)}`];
  const [labelLeft, labelTop] = [rounded(label.x - label.width / 2), label.y - label.height / 2];
  const text = lines.map(
    (line, at) =>
      `<text class="pattern ${pattern}-mark" x="${labelLeft}" y="${rounded(labelTop + at * SIZES.line + 11)}">${escapeXml(line)}</text>`,
  );
  return [
    `<g><title>${escapeXml(title)}</title>`,
    `<rect class="group ${pattern}" x="${left}" y="${top}" width="${rounded(width)}" height="${rounded(height)}" rx="10"/>`,
    ...text,
    '</g>',
  ].join('');
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

const MARKS = 'belongs to several patterns';

const marksEntry: Entry = {
  width: 2 * SIZES.mark + 6 + widthOf(MARKS, SIZES.label) + 16,
  draw: (left, middle) =>
    `${[0, 1].map((at) => `<circle class="pattern${at}-mark" cx="${left + 4 + at * SIZES.mark}" cy="${middle}" r="3"/>`).join('')}<text class="quiet" x="${left + 2 * SIZES.mark + 6}" y="${middle + 4}">${MARKS}</text>`,
};

const lineEntry = (line: Look): Entry => ({
  width: LEGEND_LINE + 8 + widthOf(LOOKS[line], SIZES.label) + 16,
  draw: (left, middle) =>
    `<path class="line ${line}" marker-end="url(#${line}-tip)" d="M${left} ${middle}h${LEGEND_LINE - 4}"/><text class="quiet" x="${left + LEGEND_LINE + 8}" y="${middle + 4}">${LOOKS[line]}</text>`,
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

const tip = (line: Look): string =>
  `<marker id="${line}-tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path class="${line}-tip" d="M0 1 10 5 0 9z"/></marker>`;

const legendOf = ({ nodes, edges }: Drawing, width: number): Entry[][] => {
  const shown = new Set(nodes.flatMap((node) => [node.kind, ...node.holds.map(({ kind }) => kind)]));
  const kinds = (Object.keys(KIND_NAMES) as Kind[]).filter((kind) => shown.has(kind));
  const areShared = nodes.some(({ themes }) => themes.length > 1);
  const looks = (Object.keys(LOOKS) as Look[]).filter((look) => edges.some((edge) => lookOf(edge) === look));
  return legendRows([...kinds.map(kindEntry), ...(areShared ? [marksEntry] : []), ...looks.map(lineEntry)], width);
};

/**
 * The network as an SVG that carries its own style, for light and dark. A promise, because the layout engine is loaded when
 * it is first needed. The same network gives the same bytes.
 */
export const svg = async (network: Network, { title, ...options }: DrawOptions = {}): Promise<string> => {
  const drawing = drawingOf(network, options);
  const layout = await laidOut(drawing);
  const looks = [...new Set(drawing.edges.map(lookOf))].sort();
  const least = title === undefined ? LEAST_WIDTH : Math.max(LEAST_WIDTH, widthOf(title, 16, true) + 2 * EDGE);
  const [width, head] = [Math.max(layout.width, least), title === undefined ? 0 : HEAD];
  const rows = legendOf(drawing, width - 2 * EDGE);
  const height = head + layout.height + rows.length * LEGEND_ROW + EDGE;
  const sentences = [...drawing.edges, ...drawing.nodes.flatMap(({ holds }) => holds)]
    .flatMap((said) => said.sentences)
    .join('; ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escapeXml(title ?? 'Network')}</title>`,
    `<desc id="description">${escapeXml(sentences)}</desc>`,
    `<style>${styleOf(drawing.themes.map((theme) => patternOf(drawing.themes, theme)))}</style>`,
    `<defs>${looks.map(tip).join('')}</defs>`,
    `<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...(title === undefined ? [] : [`<text class="title" x="${EDGE}" y="26">${escapeXml(title)}</text>`]),
    `<g transform="translate(${rounded((width - layout.width) / 2)} ${head})">`,
    ...layout.groups.map((group) => drawGroup(group, drawing.themes)),
    ...layout.edges.map(drawLine),
    ...layout.edges.map(drawLabel).filter((label) => label !== ''),
    ...layout.nodes.map((node) => drawNode(node, drawing.themes)),
    '</g>',
    `<g>${drawLegend(rows, head + layout.height)}</g>`,
    '</svg>',
    '',
  ].join('\n');
};
