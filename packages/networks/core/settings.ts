import type { Json, NodeSettings, Words } from './nodeSettings.ts';

export type {
  FunctionSettings,
  HttpSettings,
  IndexSettings,
  Json,
  Key,
  NodeSettings,
  SecretSettings,
  StatementSettings,
  Words,
} from './nodeSettings.ts';

/**
 * The vocabulary of a network as types: what kinds of node there are, which edge may run from which
 * kind to which, and what may be said about each. Everything else (builders, checks, compilation,
 * drawing) derives from `NodeSettings`, `EdgeSettings` and `rules.ts`, which repeats their keys as data.
 */

interface Described {
  /** A few words for the drawing. */
  readonly title?: Words;
  /** Why a cycle through this edge ends (`"at most maxStrokes strokes"`). `check` asks for it. */
  readonly bound?: Words;
  /** What travels along it: `<type>.v<version>` of each contract. What several patterns say adds up. */
  readonly contract?: Words;
}

interface Batch extends Described {
  readonly batchSize?: number;
  /** How long to gather a batch. Default 0. */
  readonly windowSeconds?: number;
  /** Lambda's filter criteria: one pattern on the record. */
  readonly filter?: Json;
}

interface FromQueue extends Batch {
  /** The most invocations at a time, 2 to 1000. */
  readonly concurrency?: number;
}

interface FromStream extends Batch {
  /** Default `TRIM_HORIZON`: nothing that was written before the function existed is lost. */
  readonly startingPosition?: 'TRIM_HORIZON' | 'LATEST';
  /** Batches of one shard at a time, 1 to 10; order is kept per partition key. */
  readonly parallelization?: number;
  /** Default 5. AWS's own default is for ever: one bad record then blocks its shard until it expires. */
  readonly retries?: number;
}

interface FromTopic extends Described {
  readonly filter?: Json;
  readonly filterScope?: 'MessageAttributes' | 'MessageBody';
}

interface Matched extends Described {
  /** An EventBridge event pattern. */
  readonly pattern: Json;
}

/** What a store takes of all that comes by: without a pattern, everything. */
interface Kept extends Described {
  readonly pattern?: Json;
}

interface Routed extends Described {
  /** `GET`, `POST`, ... or `ANY`. */
  readonly method: string;
  /** `/games/{id}` */
  readonly path: string;
}

interface Input extends Described {
  readonly input?: Json;
}

type ReadAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'Scan' | 'ConditionCheckItem';
type WriteAction = 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'BatchWriteItem';
type StreamAction = 'PutRecord' | 'PutRecords';

interface Reads extends Described {
  /** Default `GetItem`, or `Query` where an index is named. */
  readonly action?: ReadAction;
  /** Allows the index and not the table. */
  readonly index?: string;
}

interface Writes extends Described {
  /** Default `PutItem`. */
  readonly action?: WriteAction;
}

interface Puts extends Described {
  /** Default `PutRecord`. */
  readonly action?: StreamAction;
}

interface Outside extends Described {
  /**
   * How long after the skill has sent it on a message may get here at the latest: `check` adds up the delays and timeouts of
   * all ways.
   */
  readonly withinSeconds?: number;
}

interface Invokes extends Described {
  /** Fire and forget: two retries, then the called function's failure queue. */
  readonly async?: boolean;
}

/** Every edge there is, as `from verb to`, and what can be said about it. */
export interface EdgeSettings {
  'queue triggers function': FromQueue;
  'topic triggers function': FromTopic;
  'stream triggers function': FromStream;
  'table triggers function': FromStream;
  'bus triggers function': Matched;
  'http triggers function': Routed;
  'websocket triggers function': Described & { readonly route: string };
  'schedule triggers function': Input;
  'skill triggers function': Described;
  'timer triggers function': Described;
  'users triggers function': Described & {
    /** `PostConfirmation` */
    readonly trigger: string;
  };
  'pipe triggers function': Described;
  'queue triggers pipe': Batch;
  'stream triggers pipe': Batch;
  'table triggers pipe': Batch;
  'stream triggers delivery': Described;

  'function sends queue': Described;
  'topic sends queue': FromTopic & { readonly raw?: boolean };
  'bus sends queue': Matched;
  'schedule sends queue': Input;
  'http sends queue': Routed;
  'pipe sends queue': Described;

  'function publishes topic': Described;
  'function publishes bus': Described;
  'bus publishes topic': Matched;
  'bus publishes bus': Matched;
  'schedule publishes topic': Input;
  'schedule publishes bus': Input;
  'http publishes topic': Routed;
  'http publishes bus': Routed;
  'pipe publishes topic': Described;
  'pipe publishes bus': Described;

  'function reads table': Reads;
  'http reads table': Routed & Reads;
  'identities reads table': Reads;
  'function reads secret': Described;
  /** It decrypts. */
  'function reads key': Described;
  'function reads bucket': Described;
  'function reads parameter': Described;
  'http reads parameter': Routed;
  'identities reads parameter': Described;
  'identities reads stream': Described;
  'catalog reads bucket': Described;

  'function writes table': Writes;
  'function writes stream': Puts;
  'http writes table': Routed & Writes;
  'http writes stream': Routed & Puts;
  'bus writes stream': Matched;
  'bus writes log': Matched;
  'bus writes archive': Kept;
  'pipe writes stream': Described;
  'pipe writes log': Described;
  'schedule writes stream': Input;
  'identities writes table': Writes;
  /** It encrypts. */
  'function writes key': Described;
  /** It makes a schedule for one time. */
  'function writes timer': Described;
  'function writes bucket': Described;
  'function writes parameter': Described;
  'function writes delivery': Described;
  'http writes delivery': Routed;
  'identities writes parameter': Described;
  'delivery writes bucket': Described;

  'function calls function': Invokes;
  'function calls external': Outside;
  /** It knows the address of a gateway of its own stack: to tell others, or to call it. */
  'function calls http': Described;
  'function calls websocket': Described;
  'http calls external': Routed;
  'bus calls external': Matched;
  'pipe calls external': Described;
  /** An authorizer: the user pool says whose token it is. */
  'http calls users': Described;
  /** An authorizer: the function says who may connect. */
  'websocket calls function': Described;
  'function calls users': Described;
  /** It changes how many shards there are. */
  'function calls stream': Described;
  'identities calls users': Described;
  'identities calls function': Described;
  'identities calls http': Described;
  'external calls http': Described;
  'external calls websocket': Described;
}

export type Kind = keyof NodeSettings;
export type EdgeType = keyof EdgeSettings;
export type Verb = 'triggers' | 'sends' | 'publishes' | 'reads' | 'writes' | 'calls';
