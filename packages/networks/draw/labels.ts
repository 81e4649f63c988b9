import type { Settings } from '../core/facts.ts';
import { type Edge, kindOf, type Node } from '../core/network.ts';
import { verbOf } from '../core/rules.ts';
import type { Json, Kind } from '../core/settings.ts';
import { listOfWords } from '../core/words.ts';

const MOST_LINES = 6;
const LONGEST_LINE = 34;
/** Short labels share a line up to this length. */
const SHARED_LINE = 28;

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
  users: 'user pool',
  identities: 'identity pool',
  archive: 'archive of events',
  pipe: 'pipe',
  log: 'log group',
  secret: 'secret',
  key: 'key',
  timer: 'one-time schedules',
  delivery: 'delivery stream',
  bucket: 'bucket',
  parameter: 'parameter',
  catalog: 'table of files',
};

/** Below the name of a queue that only holds what failed elsewhere. */
export const FAILURE_QUEUE = 'queue of what failed';

const clipped = (text: string): string => (text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE - 1)}…` : text);

/** What stands below a node's name: its kind, and what matters most about it. */
export const subtitleOf = (node: Node): readonly string[] => {
  const kind = KIND_NAMES[kindOf(node)];
  if (node.kind === 'open') return [`${kind}, from elsewhere`];
  if (node.kind === 'schedule') return [node.settings.expression];
  if ((node.kind === 'queue' || node.kind === 'topic') && node.settings.fifo) return [`FIFO ${kind}`];
  if (node.kind === 'http' && node.settings.style === 'rest') return ['REST API'];
  const indexes = node.kind === 'table' ? Object.keys(node.settings.indexes ?? {}) : [];
  if (indexes.length === 0) return [kind];
  return indexes.length === 1 ? [`${kind}, index ${indexes[0]}`] : [`${kind}, indexes`, clipped(indexes.join(', '))];
};

const listIn = (settings: Settings, ...path: readonly string[]): readonly string[] => {
  const found = path.reduce<unknown>((value, key) => (value as Settings | undefined)?.[key], settings);
  return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : [];
};

/** `[{ "prefix": "" }]`, of a field that every event has. */
const isEverything = (pattern: Settings): boolean =>
  Object.values(pattern).every((wanted) => JSON.stringify(wanted) === '[{"prefix":""}]');

const patternLines = (settings: Settings): readonly string[] => {
  if (isEverything(settings.pattern as Settings)) return ['everything'];
  const types = listIn(settings, 'pattern', 'detail-type');
  const named = types.length > 0 ? types : listIn(settings, 'pattern', 'source');
  return named.length > 0 ? named : [JSON.stringify(settings.pattern)];
};

/** `server = ping`, a line for each field, for a filter that only lists values; other filters are shortened JSON. */
const filterLines = (filter: Json): readonly string[] => {
  const fields = Object.entries(filter as Settings);
  const listsOnly = fields.every(
    ([, values]) => Array.isArray(values) && values.every((value) => typeof value !== 'object'),
  );
  if (!listsOnly) return [JSON.stringify(filter)];
  return fields.map(([field, values]) => `${field} = ${(values as Json[]).join(' or ')}`);
};

/**
 * What makes this edge this edge, in as few words as do, and none where its line and ends tell it. The IAM action is in the
 * sentence, not here.
 */
const linesOf = (edge: Edge): readonly string[] => {
  const settings = edge.settings as Settings;
  if (edge.settings.title !== undefined) return listOfWords(edge.settings.title);
  if (settings.method !== undefined) return [`${settings.method} ${settings.path}`];
  if (settings.route !== undefined) return [String(settings.route)];
  if (settings.trigger !== undefined) return [String(settings.trigger)];
  if (settings.index !== undefined) return [`${verbOf(edge.type)} ${settings.index}`];
  if (settings.pattern !== undefined) return patternLines(settings);
  if (settings.filter !== undefined) return filterLines(settings.filter);
  return [];
};

/** `reads Latest, reads Masked` rather than a line for each. */
const shared = (lines: readonly string[]): readonly string[] => {
  const together = lines.join(', ');
  return lines.length > 1 && together.length <= SHARED_LINE && lines.every((line) => !/[/=]/.test(line))
    ? [together]
    : lines;
};

/** The label of an arrow that stands for these edges. */
export const labelOf = (edges: readonly Edge[]): readonly string[] => {
  const lines = shared([...new Set(edges.flatMap(linesOf))].map(clipped));
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES - 1), `and ${lines.length - MOST_LINES + 1} more`];
};
