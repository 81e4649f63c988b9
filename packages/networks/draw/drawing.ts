import { edgeKey, type Settings } from '../core/facts.ts';
import { type Edge, kindOf, type Network, type Node } from '../core/network.ts';
import { verbOf } from '../core/rules.ts';
import type { Kind, Verb } from '../core/settings.ts';

/** Three ways for one thing to reach another, drawn each its own way. */
export type Line = 'event' | 'data' | 'call';

export interface DrawnNode {
  readonly name: string;
  readonly kind: Kind;
  readonly isOpen: boolean;
  /** The kind and what matters most about it. */
  readonly subtitle: string;
}

/** All that one node does to another, as one arrow. */
export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  readonly line: Line;
  readonly label: readonly string[];
  /** Every edge it stands for, in full. */
  readonly sentences: readonly string[];
}

export interface Drawing {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

const MOST_LINES = 6;
const LONGEST_LINE = 34;

export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  function: 'function',
  queue: 'queue',
  topic: 'topic',
  table: 'table',
  bus: 'event bus',
  stream: 'stream',
  http: 'HTTP API',
  websocket: 'WebSocket API',
  schedule: 'schedule',
  skill: 'Alexa skill',
  external: 'external service',
};

export const LINE_NAMES: Readonly<Record<Line, string>> = {
  event: 'triggers, sends or publishes',
  data: 'reads or writes',
  call: 'calls, and waits for the answer',
};

const LINES: Readonly<Record<Verb, Line>> = {
  triggers: 'event',
  sends: 'event',
  publishes: 'event',
  reads: 'data',
  writes: 'data',
  calls: 'call',
};

const clipped = (text: string): string => (text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE - 1)}…` : text);

const detailOf = (node: Node): string | undefined => {
  switch (node.kind) {
    case 'queue':
    case 'topic':
      return node.settings.fifo ? 'FIFO' : undefined;
    case 'table': {
      const indexes = Object.keys(node.settings.indexes ?? {});
      return indexes.length === 0 ? undefined : `${indexes.length === 1 ? 'index' : 'indexes'} ${indexes.join(', ')}`;
    }
    case 'schedule':
      return node.settings.expression;
    case 'http':
      return node.settings.style === 'rest' ? 'REST' : undefined;
    default:
      return undefined;
  }
};

const subtitleOf = (node: Node): string => {
  const kind = KIND_NAMES[kindOf(node)];
  if (node.kind === 'open') return `${kind}, from elsewhere`;
  const detail = detailOf(node);
  if (detail === undefined) return kind;
  return node.kind === 'schedule' ? detail : `${kind}, ${detail}`;
};

const listIn = (settings: Settings, ...path: readonly string[]): readonly string[] => {
  const found = path.reduce<unknown>((value, key) => (value as Settings | undefined)?.[key], settings);
  return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : [];
};

const patternLabel = (settings: Settings): string => {
  const types = listIn(settings, 'pattern', 'detail-type');
  const named = types.length > 0 ? types : listIn(settings, 'pattern', 'source');
  return named.length > 0 ? named.join(', ') : JSON.stringify(settings.pattern);
};

/** What makes this edge this edge, in as few words as do. */
const labelOf = (edge: Edge): string => {
  const settings = edge.settings as Settings;
  if (typeof settings.title === 'string') return settings.title;
  const parts = ['method', 'path', 'route', 'action', 'index']
    .map((key) => settings[key])
    .filter((part) => part !== undefined);
  if (parts.length > 0) return parts.join(' ');
  if (settings.pattern !== undefined) return patternLabel(settings);
  return verbOf(edge.type);
};

const labelsOf = (edges: readonly Edge[]): string[] => {
  const lines = [...new Set(edges.map(labelOf))].map(clipped);
  return lines.length <= MOST_LINES
    ? lines
    : [...lines.slice(0, MOST_LINES - 1), `and ${lines.length - MOST_LINES + 1} more`];
};

const drawnEdge = (edges: readonly Edge[]): DrawnEdge => {
  const [first] = edges as [Edge];
  return {
    from: first.from,
    to: first.to,
    line: LINES[verbOf(first.type)],
    label: labelsOf(edges),
    sentences: edges.map(edgeKey),
  };
};

/** What there is to draw: edges between the same nodes become one arrow with a line of text for each. */
export const drawingOf = (network: Network): Drawing => {
  const arrows = new Map<string, Edge[]>();
  for (const edge of Object.values(network.edges)) {
    const key = `${edge.from} ${edge.to} ${LINES[verbOf(edge.type)]}`;
    arrows.set(key, [...(arrows.get(key) ?? []), edge]);
  }
  return {
    nodes: Object.values(network.nodes).map((node) => ({
      name: node.name,
      kind: kindOf(node),
      isOpen: node.kind === 'open',
      subtitle: subtitleOf(node),
    })),
    edges: [...arrows.values()].map(drawnEdge),
  };
};
