import { overlay } from '../algebra/overlay.ts';
import { edgeBetween, networkOf, opened, type Settings, supplied } from './facts.ts';
import type { Network, Node, Part } from './network.ts';
import type { EdgeSettings, EdgeType, Kind, NodeSettings, Verb } from './settings.ts';

type TargetsOf<K extends Kind, V extends Verb> = EdgeType extends infer T
  ? T extends `${K} ${V} ${infer To extends Kind}`
    ? To
    : never
  : never;

type SettingsOf<T extends string> = T extends EdgeType ? EdgeSettings[T] : never;

/** A contract, or what names one: `shop.order_placed.v1`. */
type Contracted = string | { readonly type: string; readonly version: number };

/** One call is one edge; a list of calls may be given and makes as many edges. */
type Given<S> = {
  [F in keyof S]: F extends 'action'
    ? S[F] | readonly NonNullable<S[F]>[]
    : F extends 'contract'
      ? Contracted | readonly Contracted[]
      : S[F];
};

type Argument<S> = Record<never, never> extends S ? [settings?: Given<S>] : [settings: Given<S>];

/** What the type of a network remembers of an edge: what functions do. */
type Saying<
  K extends Kind,
  Name extends string,
  V extends Verb,
  To extends Kind,
  ToName extends string,
> = K extends 'function' ? `${Name} ${V} ${To} ${ToName}` : never;

type VerbMethod<K extends Kind, Name extends string, V extends Verb> = <
  To extends TargetsOf<K, V>,
  ToName extends string,
>(
  to: Handle<To, ToName>,
  ...settings: Argument<SettingsOf<`${K} ${V} ${To}`>>
) => Network<Saying<K, Name, V, To, ToName>>;

/** Only the verbs that have somewhere to go: a queue can `trigger`, and that is all it can do. */
type Verbs<K extends Kind, Name extends string> = {
  readonly [V in Verb as [TargetsOf<K, V>] extends [never] ? never : V]: VerbMethod<K, Name, V>;
};

/** A node at hand: pass it to `network`, or say what it does; each sentence is a network of its own. */
export type Handle<K extends Kind = Kind, Name extends string = string> = {
  readonly kind: K;
  readonly name: Name;
  readonly node: Node;
} & Verbs<K, Name>;

/** One edge for each call of a list. */
const eachAction = (settings: Settings): readonly Settings[] => {
  const { action } = settings;
  return Array.isArray(action) ? action.map((one) => ({ ...settings, action: one })) : [settings];
};

const nameOfContract = (contract: Contracted): string =>
  typeof contract === 'string' ? contract : `${contract.type}.v${contract.version}`;

/** The settings with contracts by their names. */
const withContractNames = ({ contract, ...settings }: SaidSettings): Settings => {
  if (contract === undefined) return settings;
  const all = Array.isArray(contract) ? contract : [contract as Contracted];
  return { ...settings, contract: all.map(nameOfContract) };
};

type SaidSettings = Settings & { readonly contract?: Contracted | readonly Contracted[] };

class NodeHandle {
  readonly kind: Kind;
  readonly node: Node;
  constructor(kind: Kind, node: Node) {
    this.kind = kind;
    this.node = node;
    Object.freeze(this);
  }
  get name(): string {
    return this.node.name;
  }
  #say(verb: Verb, to: NodeHandle, settings: Settings = {}): Network {
    const edges = eachAction(withContractNames(settings as SaidSettings)).map((one) =>
      edgeBetween(this.node, verb, to.node, one),
    );
    return overlay<Part[]>(this, to, networkOf([], edges));
  }
  triggers(to: NodeHandle, settings?: Settings): Network {
    return this.#say('triggers', to, settings);
  }
  sends(to: NodeHandle, settings?: Settings): Network {
    return this.#say('sends', to, settings);
  }
  publishes(to: NodeHandle, settings?: Settings): Network {
    return this.#say('publishes', to, settings);
  }
  reads(to: NodeHandle, settings?: Settings): Network {
    return this.#say('reads', to, settings);
  }
  writes(to: NodeHandle, settings?: Settings): Network {
    return this.#say('writes', to, settings);
  }
  calls(to: NodeHandle, settings?: Settings): Network {
    return this.#say('calls', to, settings);
  }
}

/** The class has all verbs, the type only those of its kind: `edgeBetween` refuses the others at run time. */
const handle = <K extends Kind, Name extends string>(kind: K, node: Node): Handle<K, Name> =>
  new NodeHandle(kind, node) as unknown as Handle<K, Name>;

const make =
  <K extends Kind>(kind: K) =>
  <Name extends string>(
    name: Name,
    ...[settings]: Record<never, never> extends NodeSettings[K] ? [NodeSettings[K]?] : [NodeSettings[K]]
  ): Handle<K, Name> =>
    handle(kind, supplied(kind, name, (settings ?? {}) as NodeSettings[K]) as Node);

const expect =
  <K extends Kind>(kind: K) =>
  <Name extends string>(name: Name, settings: Partial<NodeSettings[K]> = {}): Handle<K, Name> =>
    handle(kind, opened(kind, name, settings));

/** A Lambda function. */
export const func = make('function');
/** An SQS queue; it is compiled with a dead-letter queue and an alarm on that. */
export const queue = make('queue');
/** An SNS topic. */
export const topic = make('topic');
/** A DynamoDB table, on demand. */
export const table = make('table');
/** An EventBridge bus. */
export const bus = make('bus');
/** A Kinesis data stream. */
export const stream = make('stream');
/** An HTTP gateway. */
export const http = make('http');
/** A WebSocket gateway. */
export const websocket = make('websocket');
/** A clock: `schedule('everyMinute', { expression: 'rate(1 minute)' })`. */
export const schedule = make('schedule');
/** An Alexa smart-home skill. */
export const skill = make('skill');
/** A service of others, known by its address. */
export const external = make('external');
/** A SecureString of Parameter Store; `npm run secrets` puts it there, because no template can. */
export const secret = make('secret');
/** A key of KMS, with an alias. */
export const key = make('key');
/** One-time schedules that functions make: a group of EventBridge Scheduler. */
export const timer = make('timer');

/** Open ends: `open.queue('deferred')` is closed by overlaying a queue of that name. */
export const open = {
  function: expect('function'),
  queue: expect('queue'),
  topic: expect('topic'),
  table: expect('table'),
  bus: expect('bus'),
  stream: expect('stream'),
  http: expect('http'),
  websocket: expect('websocket'),
  schedule: expect('schedule'),
  skill: expect('skill'),
  external: expect('external'),
  secret: expect('secret'),
  key: expect('key'),
  timer: expect('timer'),
} as const;
