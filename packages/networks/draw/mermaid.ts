import type { Network } from '../core/network.ts';
import type { Kind } from '../core/settings.ts';
import { type DrawnEdge, type DrawnNode, type DrawOptions, drawingOf, type Line } from './drawing.ts';
import { FAMILY, type Family } from './theme.ts';

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
  return `  ${idOf(node.name)}${before}"${escaped(node.name)}<br/><small>${node.subtitle.map(escaped).join('<br/>')}</small>"${after}:::${classOf(node)}`;
};

const edgeLine = ({ from, to, line, isFailure, label }: DrawnEdge): string => {
  const text = label.length === 0 ? '' : `|"${label.map(escaped).join('<br/>')}"|`;
  return `  ${idOf(from)} ${isFailure ? FAILURE : ARROWS[line]}${text} ${idOf(to)}`;
};

/** Nodes of a theme in a frame of their own, if there are at least two of them. */
const nodeLines = (nodes: readonly DrawnNode[]): string[] => {
  const groups = new Map<string, DrawnNode[]>();
  for (const node of nodes) {
    if (node.theme !== undefined) groups.set(node.theme, [...(groups.get(node.theme) ?? []), node]);
  }
  const framed = [...groups].filter(([, members]) => members.length > 1);
  const free = nodes.filter((node) => !framed.some(([, members]) => members.includes(node)));
  return [
    ...free.map(nodeLine),
    ...framed.flatMap(([theme, members], at) => [
      `  subgraph g${at}["${escaped(theme)}"]`,
      ...members.map((node) => `  ${nodeLine(node)}`),
      '  end',
    ]),
  ];
};

/** The network as a Mermaid flowchart, for a fenced block that GitHub draws. Ends without a newline. */
export const mermaid = (network: Network, { title, failures }: DrawOptions = {}): string => {
  const { nodes, edges } = drawingOf(network, failures);
  const used = new Set<string>(nodes.map(classOf));
  const classes = Object.entries(CLASSES).filter(([name]) => used.has(name));
  return [
    ...(title === undefined ? [] : ['---', `title: ${JSON.stringify(escaped(title))}`, '---']),
    'flowchart LR',
    ...nodeLines(nodes),
    ...edges.map(edgeLine),
    ...classes.map(([name, style]) => `  classDef ${name} ${style}`),
  ].join('\n');
};
