/**
 * What can be said about the nodes of a network, by kind. `settings.ts` says the same of its edges.
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
  /** Variables beside those that the edges give. What several patterns say adds up. */
  readonly environment?: Readonly<Record<string, Json>>;
  /** What its role allows beside what the edges say: for calls that no edge stands for. What several patterns say adds up. */
  readonly statements?: readonly StatementSettings[];
}

/** A statement of a role. Two of one resource and one condition are one, with the actions of both. */
export interface StatementSettings {
  readonly Action: string | readonly string[];
  /** An ARN, as text or as a template writes it; or several. */
  readonly Resource: Json;
  readonly Condition?: Json;
}

interface QueueSettings extends Themed {
  readonly fifo?: boolean;
  /** Receives before a message goes to the dead-letter queue. Default 5. */
  readonly maxReceiveCount?: number;
  /** How long each message is kept back at first. Default 0. */
  readonly delaySeconds?: number;
  /**
   * How long a message that was taken is hidden from others. Default: six times the timeout of the function that reads the
   * queue, plus the batch window. AWS takes no less than that timeout.
   */
  readonly visibilitySeconds?: number;
  /** Default 4. */
  readonly retentionDays?: number;
  /** It only keeps, and nothing reads it here: an alarm rings as soon as it holds a message, and there is no dead-letter queue. */
  readonly keeps?: boolean;
}

interface TopicSettings extends Themed {
  readonly fifo?: boolean;
}

export interface IndexSettings {
  readonly partitionKey: Key;
  readonly sortKey?: Key;
  /** `ALL`, `KEYS_ONLY`, or the attributes that are copied beside the keys. Default `ALL`. */
  readonly project?: 'ALL' | 'KEYS_ONLY' | readonly string[];
}

interface TableSettings extends Themed {
  readonly partitionKey: Key;
  readonly sortKey?: Key;
  /** By name. An open end may bring those that its pattern reads: what several patterns say adds up. */
  readonly indexes?: Readonly<Record<string, IndexSettings>>;
  /** The attribute that holds the time of expiry, in seconds since 1970. */
  readonly expiresAt?: string;
  /** It holds what cannot be had again: it outlives its stack, can be restored to any second of the last 35 days, and is encrypted by a key that shows its uses. */
  readonly precious?: boolean;
}

interface StreamSettings extends Themed {
  /** Absent: on demand. */
  readonly shards?: number;
  /** Default 24. */
  readonly retentionHours?: number;
}

export interface HttpSettings extends Themed {
  /** An HTTP API (API Gateway v2) or a REST API (v1). Default `http`. */
  readonly style?: 'http' | 'rest';
}

interface ScheduleSettings extends Themed {
  /** `rate(1 minute)` or `cron(0 12 * * ? *)`. */
  readonly expression: string;
  readonly enabled?: boolean;
}

interface SkillSettings extends Themed {
  /** The Alexa skill's id. Default: the param `<name>SkillId`. */
  readonly id?: string;
}

interface ExternalSettings extends Themed {
  /** Default: the param `<name>Url`. */
  readonly url?: string;
}

export interface SecretSettings extends Themed {
  /** A SecureString of Parameter Store, which `compile` lets functions read, or a secret of Secrets Manager, which is drawn only. */
  readonly store?: 'parameters' | 'secretsManager';
  /** The parameter's name, which begins with a slash. Default: `/<service>/<stage>/<name>`. It is put there by hand: no template holds a secret. */
  readonly parameter?: string;
}

interface LogSettings extends Themed {
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
  /** What nobody may read but the functions that an edge lets: it is in no template. */
  secret: SecretSettings;
  /** A key of KMS, which never leaves it. */
  key: Themed;
  /** One-time schedules, made while the system runs: a group of EventBridge Scheduler, precise to the minute. */
  timer: Themed;
  /** A delivery stream of Firehose. */
  delivery: Themed;
  /** A bucket of S3. */
  bucket: Themed;
  /** A parameter of Parameter Store. */
  parameter: Themed;
  /** A table of Glue: how files in a bucket are to be read. */
  catalog: Themed;
}
