import type { EdgeSettings, EdgeType, Kind, NodeSettings, Verb } from './settings.ts';

/** Settings that mean the same as their absence. The normal form leaves them out. */
export const NODE_DEFAULTS = {
  function: { timeoutSeconds: 10, memoryMb: 256, recursiveLoop: 'Terminate' },
  queue: { fifo: false, maxReceiveCount: 5, delaySeconds: 0, retentionDays: 4, keeps: false },
  topic: { fifo: false },
  table: { precious: false },
  bus: {},
  stream: { retentionHours: 24 },
  http: { style: 'http' },
  websocket: {},
  schedule: { enabled: true },
  skill: {},
  external: {},
  users: {},
  identities: {},
  archive: {},
  pipe: {},
  log: {},
  secret: { store: 'parameters' },
  key: {},
  timer: {},
  delivery: {},
  bucket: {},
  parameter: {},
  catalog: {},
} satisfies { [K in Kind]: Partial<NodeSettings[K]> };

interface EdgeRule<S> {
  /** The settings that tell two edges between the same nodes apart. They stand in the edge's key. */
  readonly identity: readonly (keyof S & string)[];
  /** Settings that mean the same as their absence. */
  readonly defaults: Partial<S>;
}

const plain = { identity: [], defaults: {} };
const batch = { identity: [], defaults: { windowSeconds: 0 } };
const records = {
  identity: [],
  defaults: { windowSeconds: 0, startingPosition: 'TRIM_HORIZON', parallelization: 1, retries: 5 },
} as const;
const filtered = { identity: [], defaults: { filterScope: 'MessageAttributes' } } as const;
const matched = { identity: ['pattern'], defaults: {} } as const;
const routed = { identity: ['method', 'path'], defaults: {} } as const;

/** What the builders and `overlay` know of each edge. */
export const EDGE_RULES: { readonly [T in EdgeType]: EdgeRule<EdgeSettings[T]> } = {
  'queue triggers function': batch,
  'topic triggers function': filtered,
  'stream triggers function': records,
  'table triggers function': records,
  'bus triggers function': matched,
  'http triggers function': routed,
  'websocket triggers function': { identity: ['route'], defaults: {} },
  'schedule triggers function': plain,
  'skill triggers function': plain,
  'timer triggers function': plain,
  'users triggers function': { identity: ['trigger'], defaults: {} },
  'pipe triggers function': plain,
  'queue triggers pipe': batch,
  'stream triggers pipe': batch,
  'table triggers pipe': batch,
  'stream triggers delivery': plain,
  'function sends queue': plain,
  'topic sends queue': { identity: [], defaults: { filterScope: 'MessageAttributes', raw: false } },
  'bus sends queue': matched,
  'schedule sends queue': plain,
  'http sends queue': routed,
  'pipe sends queue': plain,
  'function publishes topic': plain,
  'function publishes bus': plain,
  'bus publishes topic': matched,
  'bus publishes bus': matched,
  'schedule publishes topic': plain,
  'schedule publishes bus': plain,
  'http publishes topic': routed,
  'http publishes bus': routed,
  'pipe publishes topic': plain,
  'pipe publishes bus': plain,
  'function reads table': { identity: ['action', 'index'], defaults: {} },
  'http reads table': { identity: ['method', 'path', 'action', 'index'], defaults: {} },
  'identities reads table': { identity: ['action', 'index'], defaults: {} },
  'function reads secret': plain,
  'function reads key': plain,
  'function reads bucket': plain,
  'function reads parameter': plain,
  'http reads parameter': routed,
  'identities reads parameter': plain,
  'identities reads stream': plain,
  'catalog reads bucket': plain,
  'function writes table': { identity: ['action'], defaults: {} },
  'function writes stream': { identity: ['action'], defaults: {} },
  'http writes table': { identity: ['method', 'path', 'action'], defaults: {} },
  'http writes stream': { identity: ['method', 'path', 'action'], defaults: {} },
  'bus writes stream': matched,
  'bus writes log': matched,
  'bus writes archive': plain,
  'pipe writes stream': plain,
  'pipe writes log': plain,
  'schedule writes stream': plain,
  'identities writes table': { identity: ['action'], defaults: {} },
  'function writes key': plain,
  'function writes timer': plain,
  'function writes bucket': plain,
  'function writes parameter': plain,
  'function writes delivery': plain,
  'http writes delivery': routed,
  'identities writes parameter': plain,
  'delivery writes bucket': plain,
  'function calls function': { identity: [], defaults: { async: false } },
  'function calls external': plain,
  'function calls http': plain,
  'function calls websocket': plain,
  'http calls external': routed,
  'bus calls external': matched,
  'pipe calls external': plain,
  'http calls users': plain,
  'websocket calls function': plain,
  'function calls users': plain,
  'function calls stream': plain,
  'identities calls users': plain,
  'identities calls function': plain,
  'identities calls http': plain,
  'external calls http': plain,
  'external calls websocket': plain,
};

export const KINDS = Object.keys(NODE_DEFAULTS) as Kind[];

/** Settings that a node of that kind, or an edge of that type, cannot do without. */
export const REQUIRED_OF_NODE: { readonly [K in Kind]?: readonly string[] } = {
  table: ['partitionKey'],
  schedule: ['expression'],
};

/** The type of the edge between two kinds, or undefined where there is none. */
export const edgeTypeOf = (from: Kind, verb: Verb, to: Kind): EdgeType | undefined => {
  const type = `${from} ${verb} ${to}`;
  return Object.hasOwn(EDGE_RULES, type) ? (type as EdgeType) : undefined;
};

/** The kinds that `verb` may reach from `from`; for messages. */
export const targetsOf = (from: Kind, verb: Verb): readonly string[] =>
  Object.keys(EDGE_RULES)
    .filter((type) => type.startsWith(`${from} ${verb} `))
    .map((type) => type.slice(`${from} ${verb} `.length));

export const verbOf = (type: EdgeType): Verb => type.split(' ')[1] as Verb;
