import type { Network } from '../core/network.ts';
import type { Kind } from '../core/settings.ts';
import {
  type Drawing,
  type DrawnEdge,
  type DrawnNode,
  type DrawOptions,
  drawingOf,
  type Line,
  themeOf,
} from './drawing.ts';
import { KIND_NAMES } from './labels.ts';
import { FAMILY, type Family, patternColours } from './theme.ts';

/** Brackets of Mermaid's shapes. */
const SHAPES: Readonly<Record<Kind, readonly [string, string]>> = {
  function: ['(', ')'],
  queue: ['[[', ']]'],
  topic: ['{{', '}}'],
  table: ['[(', ')]'],
  bus: ['{{', '}}'],
  stream: ['[/', '/]'],
  http: ['[', ']'],
  websocket: ['[', ']'],
  schedule: ['([', '])'],
  skill: ['([', '])'],
  external: ['[', ']'],
  users: ['[', ']'],
  identities: ['[', ']'],
  archive: ['[(', ')]'],
  pipe: ['[/', '/]'],
  log: ['[(', ')]'],
  secret: ['[(', ')]'],
  key: ['[(', ')]'],
  timer: ['([', '])'],
  delivery: ['[/', '/]'],
  bucket: ['[(', ')]'],
  parameter: ['[(', ')]'],
  catalog: ['[(', ')]'],
};

const ARROWS: Readonly<Record<Line, string>> = { event: '==>', data: '-->', call: '-.->' };

/** Ends in a cross. */
const FAILURE = '--x';

/** Fills light enough for dark text and far enough from white: the same in GitHub's light and dark. */
const CLASSES: Readonly<Record<Family, string>> = {
  function: 'fill:#ffd9a8,stroke:#b35c00,color:#1f1300',
  message: 'fill:#f6c6dd,stroke:#a3265f,color:#2b0417',
  store: 'fill:#c9d8ff,stroke:#3455b5,color:#06123a',
  entry: 'fill:#d8ccf6,stroke:#6640b8,color:#170641',
  outside: 'fill:#d9dde2,stroke:#59636e,color:#14181c,stroke-dasharray:5 4',
};

/** Mermaid's own escapes are not shown in the labels of arrows: what would end or disturb a label is replaced. */
const REPLACED: Readonly<Record<string, string>> = { '"': "'", '<': '‹', '>': '›', ';': ',', '`': "'" };

const escaped = (text: string): string => text.replaceAll(/["<>;`]/g, (character) => REPLACED[character] ?? character);

/** Names such as `end` are words of Mermaid's own. */
const idOf = (name: string): string => `n_${name}`;

const classOf = (node: DrawnNode): Family => (node.isOpen ? 'outside' : FAMILY[node.kind]);

const nodeLine = (node: DrawnNode): string => {
  const [before, after] = SHAPES[node.kind];
  const lines = [...node.subtitle, ...node.holds.map(({ name, kind }) => `${KIND_NAMES[kind]} ${name}`)];
  return `  ${idOf(node.name)}${before}"${escaped(node.name)}<br/><small>${lines.map(escaped).join('<br/>')}</small>"${after}:::${classOf(node)}`;
};

const edgeLine = ({ from, to, line, isFailure, label }: DrawnEdge): string => {
  const text = label.length === 0 ? '' : `|"${label.map(escaped).join('<br/>')}"|`;
  return `  ${idOf(from)} ${isFailure ? FAILURE : ARROWS[line]}${text} ${idOf(to)}`;
};

/** Nodes of a theme in a frame of its colour, which is clear enough for a page in light and in dark. */
const nodeLines = ({ nodes, themes }: Drawing): string[] => {
  const framed = Map.groupBy(nodes, themeOf);
  const own = themes.filter((theme) => framed.has(theme));
  const frames = own.map((theme, at) => {
    const { light } = patternColours(themes, theme);
    return [
      `  subgraph g${at}["${escaped(theme)}"]`,
      ...(framed.get(theme) ?? []).map((node) => `  ${nodeLine(node)}`),
      '  end',
      `  style g${at} fill:${light}22,stroke:${light},stroke-width:2px`,
    ];
  });
  return [...(framed.get(undefined) ?? []).map(nodeLine), ...frames.flat()];
};

/** The network as a Mermaid flowchart, for a fenced block that GitHub draws. Ends without a newline. */
export const mermaid = (network: Network, { title, ...options }: DrawOptions = {}): string => {
  const drawing = drawingOf(network, options);
  const { nodes, edges } = drawing;
  const used = new Set<string>(nodes.map(classOf));
  const classes = Object.entries(CLASSES).filter(([name]) => used.has(name));
  return [
    ...(title === undefined ? [] : ['---', `title: ${JSON.stringify(escaped(title))}`, '---']),
    'flowchart LR',
    ...nodeLines(drawing),
    ...edges.map(edgeLine),
    ...classes.map(([name, style]) => `  classDef ${name} ${style}`),
  ].join('\n');
};
