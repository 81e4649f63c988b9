/**
 * The vocabulary of a network as types: what kinds of node there are, which edge may run from which
 * kind to which, and what may be said about each. Everything else (builders, checks, compilation,
 * drawing) derives from these two interfaces and from `rules.ts`, which repeats their keys as data.
 */

/** What can stand in a file: networks are plain data. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A DynamoDB key attribute: `'userId'` is a string, `'score:N'` a number, `'digest:B'` binary. */
export type Key = string;

/** A text for people, or several: what is said of one thing in several places is kept as a set, and shown joined. */
export type Words = string | readonly string[];

/** What can be said about every node. */
interface Themed {
  /** The pattern or theme that it belongs to: drawings group by it. A node of several stands outside of all. */
  readonly theme?: Words;
}

export interface FunctionSettings extends Themed {
  /** Module and export, as Serverless writes it. Default: `handlers/<name>.handler`. */
  readonly handler?: string;
  readonly description?: Words;
  /** Default 10. Also decides the visibility timeout of the queues that trigger the function. */
  readonly timeoutSeconds?: number;
  /** Default 256. */
  readonly memoryMb?: number;
  readonly reservedConcurrency?: number;
  /** `Allow` where a loop through SQS, SNS or Lambda is meant: AWS stops one after some 16 rounds otherwise. */
  readonly recursiveLoop?: 'Allow' | 'Terminate';
  /** Variables beside those that the edges give. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface QueueSettings extends Themed {
  readonly fifo?: boolean;
  /** Receives before a message goes to the dead-letter queue. Default 5. */
  readonly maxReceiveCount?: number;
  readonly delaySeconds?: number;
  /** Default 4. */
  readonly retentionDays?: number;
}

export interface TopicSettings extends Themed {
  readonly fifo?: boolean;
}

export interface IndexSettings {
  readonly partitionKey: Key;
  readonly sortKey?: Key;
  /** `ALL`, `KEYS_ONLY`, or the attributes that are copied beside the keys. Default `ALL`. */
  readonly project?: 'ALL' | 'KEYS_ONLY' | readonly string[];
}

export interface TableSettings extends Themed {
  readonly partitionKey: Key;
  readonly sortKey?: Key;
  readonly indexes?: Readonly<Record<string, IndexSettings>>;
  /** The attribute that holds the time of expiry, in seconds since 1970. */
  readonly expiresAt?: string;
}

export interface StreamSettings extends Themed {
  /** Absent: on demand. */
  readonly shards?: number;
  /** Default 24. */
  readonly retentionHours?: number;
}

export interface HttpSettings extends Themed {
  /** An HTTP API (API Gateway v2) or a REST API (v1). Default `http`. */
  readonly style?: 'http' | 'rest';
}

export interface ScheduleSettings extends Themed {
  /** `rate(1 minute)` or `cron(0 12 * * ? *)`. */
  readonly expression: string;
  readonly enabled?: boolean;
}

export interface SkillSettings extends Themed {
  /** The Alexa skill's id. Default: the param `<name>SkillId`. */
  readonly id?: string;
}

export interface ExternalSettings extends Themed {
  /** Default: the param `<name>Url`. */
  readonly url?: string;
}

export interface LogSettings extends Themed {
  /** The log group's name: `/aws/events/shop`. */
  readonly group?: string;
}

/** What can be said about a node, by kind. */
export interface NodeSettings {
  function: FunctionSettings;
  queue: QueueSettings;
  topic: TopicSettings;
  table: TableSettings;
  bus: Themed;
  stream: StreamSettings;
  http: HttpSettings;
  websocket: Themed;
  schedule: ScheduleSettings;
  skill: SkillSettings;
  external: ExternalSettings;
  /** A user pool of Cognito: those who may sign in. */
  users: Themed;
  /** An identity pool of Cognito: what those who have signed in may call themselves, by the roles that it gives. */
  identities: Themed;
  /** An EventBridge archive. */
  archive: Themed;
  /** An EventBridge pipe. */
  pipe: Themed;
  /** A CloudWatch log group that something is delivered to. */
  log: LogSettings;
  /** A secret of Secrets Manager. */
  secret: Themed;
  /** A delivery stream of Firehose. */
  delivery: Themed;
  /** A bucket of S3. */
  bucket: Themed;
  /** A parameter of Parameter Store. */
  parameter: Themed;
  /** A table of Glue: how files in a bucket are to be read. */
  catalog: Themed;
}

interface Described {
  /** A few words for the drawing. */
  readonly title?: Words;
  /** Why a cycle through this edge ends (`"at most maxStrokes strokes"`). `check` asks for it. */
  readonly bound?: Words;
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

export type ReadAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'Scan' | 'ConditionCheckItem';
export type WriteAction = 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'BatchWriteItem';
export type StreamAction = 'PutRecord' | 'PutRecords';

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
  'function writes bucket': Described;
  'function writes parameter': Described;
  'function writes delivery': Described;
  'http writes delivery': Routed;
  'identities writes parameter': Described;
  'delivery writes bucket': Described;

  'function calls function': Invokes;
  'function calls external': Described;
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
