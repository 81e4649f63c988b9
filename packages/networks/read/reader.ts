import { contextOf } from '../compile/context.ts';
import { visibilitySeconds } from '../compile/queues.ts';
import { edgeBetween, edgeKey, networkOf, opened, type Settings, supplied } from '../core/facts.ts';
import { lowerFirst, shortName } from '../core/logicalIds.ts';
import { pascal } from '../core/names.ts';
import { type Edge, type FailurePath, kindOf, type Network, type Node } from '../core/network.ts';
import { edgeTypeOf } from '../core/rules.ts';
import type { Json, Kind, Verb } from '../core/settings.ts';
import { described, withNormalWords } from '../core/words.ts';
import { failureWays } from './failures.ts';
import { rolesOfIdentities } from './identities.ts';
import { namesIn, type ReadNodes, readNodes } from './nodes.ts';
import { type CloudFormationTemplate, flat, isRecord, listOf, referencesIn, within } from './template.ts';

/** camelCase of whatever a name looks like: `arcade-dev-orders` to `arcadeDevOrders`, `VENDOR_URL` to `vendorUrl`. */
const camel = (text: string): string => {
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const joined = words
    .map((word) => (word === word.toUpperCase() ? word.toLowerCase() : word))
    .map((word, at) => (at === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1))
    .join('');
  return /^[a-z]/.test(joined) ? joined : `x${joined}`;
};

const SERVICES: Readonly<Record<string, Kind>> = {
  sqs: 'queue',
  sns: 'topic',
  dynamodb: 'table',
  kinesis: 'stream',
  lambda: 'function',
  'cognito-idp': 'users',
  logs: 'log',
  secretsmanager: 'secret',
  firehose: 'delivery',
  s3: 'bucket',
  ssm: 'parameter',
};

/** The kind that an ARN speaks of, where it is spelled out. */
const kindOfArn = (arn: string): Kind | undefined => {
  const [, , service = ''] = arn.split(':');
  if (service === 'events') return arn.includes(':event-bus/') ? 'bus' : undefined;
  return Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined;
};

const lastPart = (arn: string): string =>
  (
    arn
      .replace(/\/(index|stream)\/.*$/, '')
      .split(/[:/]/)
      .at(-1) ?? ''
  ).replaceAll(/[{}]/g, '');

/** The network without the visibility of queues that `compile` would give them by itself. */
const withoutDerivedTiming = (network: Network): Network => {
  const context = contextOf(network, {});
  const nodes = Object.values(network.nodes).map((node): Node => {
    if (node.kind !== 'queue') return node;
    const { visibilitySeconds: visibility, ...settings } = node.settings;
    const plain = supplied('queue', node.name, settings);
    return visibility === visibilitySeconds(context, plain) ? plain : node;
  });
  return networkOf(nodes, Object.values(network.edges));
};

/** Gathers nodes and edges while a template is read. */
export class Reader {
  readonly template: CloudFormationTemplate;
  readonly #nodes: ReadNodes;
  readonly #others = new Map<string, Node>();
  readonly #edges = new Map<string, Edge>();
  /** What the template calls them that are not its own. */
  readonly #elsewhere = new Map<string, Set<string>>();

  constructor(template: CloudFormationTemplate) {
    this.template = template;
    this.#nodes = readNodes(template);
  }

  /** The node of a logical id. */
  node(id: string | undefined): Node | undefined {
    return id === undefined ? undefined : this.#nodes.byLogicalId.get(id);
  }

  /**
   * A node that is in no resource: a skill, a service of others, what another stack holds. The first of a name stays. `called`:
   * the ARN, name or address by which the template knows it.
   */
  other(node: Node, called?: string): Node {
    if (called) this.#elsewhere.set(node.name, (this.#elsewhere.get(node.name) ?? new Set()).add(called));
    const known = this.#others.get(node.name);
    if (known !== undefined) return known;
    this.#others.set(node.name, node);
    return node;
  }

  /** The skill of a permission, by the logical id of that. */
  skill(permission: string, id: string): Node {
    return this.other(supplied('skill', namesIn(this.template)[permission] ?? 'alexa', { id }) as Node);
  }

  /** The secret in a parameter, by the variable that has its name: `PUSH_SECRET_NAME`. */
  secret(parameter: string, variable: string): Node {
    const id = pascal(camel(variable.replace(/_NAME$/, '')));
    return this.other(supplied('secret', namesIn(this.template)[id] ?? shortName(id, 'secret'), { parameter }) as Node);
  }

  /** The group of one-time schedules that an ARN of a group, or of schedules in one, speaks of. */
  timer(arn: Json | undefined): Node | undefined {
    const group = /:schedule(?:-group)?\/([^/]+)/.exec(flat(arn))?.[1] ?? '';
    const named = this.#nodes.byPhysicalName.get(group) ?? this.node(group.replaceAll(/[{}]/g, ''));
    return named?.kind === 'timer' ? named : undefined;
  }

  external(name: string, url: string): Node {
    return this.other(supplied('external', camel(name), { url }) as Node, url);
  }

  /** The bus of a rule or an archive, by its name or ARN: without one, the account's own. */
  bus(value: Json | undefined): Node {
    const name = typeof value === 'string' && !value.startsWith('arn:') ? value : 'default';
    return this.target(value) ?? this.other(opened('bus', camel(`${name}-bus`), {}), name);
  }

  /** The user pool of an ARN or a provider's name; that of another stack says nothing that people would call it by. */
  users(value: Json | undefined): Node {
    const pool = referencesIn(value)
      .map((id) => this.node(id))
      .find((node) => node?.kind === 'users');
    return pool ?? this.other(opened('users', 'userPool', {}), flat(value));
  }

  /** The identity pool of another stack, by the name of a role that it gives. */
  identities(role: string): Node {
    return this.other(opened('identities', 'identityPool', {}), role);
  }

  /**
   * What a value points at: a resource of the template by reference or by its physical name, or something that
   * another stack holds, which becomes an open end. Undefined for what is no node, and for failure queues.
   */
  target(value: Json | undefined): Node | undefined {
    const ids = referencesIn(value);
    if (ids.some((id) => this.#nodes.failures.has(id))) return undefined;
    const own = ids.map((id) => this.node(id)).find((node) => node !== undefined);
    if (own !== undefined) return own;
    const arn = flat(value);
    const name = lastPart(arn);
    const named = this.#nodes.byPhysicalName.get(name);
    if (named !== undefined) return named;
    const kind = arn.startsWith('arn:') && name !== '' && name !== '*' ? kindOfArn(arn) : undefined;
    if (kind === 'users') return this.users(value);
    if (kind === 'secret') return this.other(opened(kind, camel(name), { store: 'secretsManager' }), arn);
    return kind === undefined ? undefined : this.other(opened(kind, camel(name), {}), arn);
  }

  /** Says an edge, where there is such an edge between such nodes. */
  say(from: Node | undefined, verb: Verb, to: Node | undefined, settings: Settings = {}): void {
    if (from === undefined || to === undefined || edgeTypeOf(kindOf(from), verb, kindOf(to)) === undefined) return;
    const edge = edgeBetween(from, verb, to, settings);
    // The same call may be allowed by two statements.
    this.#edges.set(edgeKey(edge), edge);
  }

  /**
   * The logical ids of each node's resources, by its name; a bus has those of its rules too, which deliver for it, and
   * an identity pool those of the roles that it gives. The queues that `failures` lead to have theirs.
   */
  logicalIds(): ReadonlyMap<string, readonly string[]> {
    const ids = new Map<string, string[]>();
    const add = (name: string, id: string) => ids.set(name, [...(ids.get(name) ?? []), id]);
    for (const [id, node] of this.#nodes.byLogicalId) add(node.name, id);
    for (const [id, { Type, Properties = {} }] of Object.entries(this.template.Resources)) {
      const pool = Type === 'AWS::Cognito::IdentityPool' ? this.node(id) : undefined;
      if (pool !== undefined) for (const role of rolesOfIdentities(this.template, id)) add(pool.name, role);
      if (Type === 'AWS::Events::Rule' && this.node(id) === undefined) add(this.bus(Properties.EventBusName).name, id);
    }
    for (const id of this.#nodes.failures) add(lowerFirst(id), id);
    return ids;
  }

  /** By a node's name, what the template calls it that another stack or somebody else holds. */
  elsewhere(): ReadonlyMap<string, readonly string[]> {
    return new Map([...this.#elsewhere].map(([name, called]) => [name, [...called]]));
  }

  /** The ways that only what failed takes, each once. */
  failures(): FailurePath[] {
    const paths = failureWays(this.template).flatMap(({ from, to }): FailurePath[] => {
      const [source, own] = [this.target(from), this.target(to)];
      const queue = referencesIn(to).find((id) => this.#nodes.failures.has(id));
      if (source === undefined) return [];
      if (queue !== undefined) return [{ from: source.name, to: lowerFirst(queue), kind: 'queue' }];
      return own === undefined ? [] : [{ from: source.name, to: own.name, kind: kindOf(own) }];
    });
    return [...new Map(paths.map((path) => [`${path.from} ${path.to}`, path])).values()];
  }

  /** The node with the themes that the template's metadata give it by its name: `Metadata: { Themes: { <theme>: [<name>] } }`. */
  #themed(node: Node): Node {
    const themes = within(this.template.Metadata, 'Themes');
    const own = Object.entries(isRecord(themes) ? themes : {})
      .filter(([, names]) => listOf(names).includes(node.name))
      .map(([theme]) => theme);
    return described(node, withNormalWords({ theme: own }));
  }

  /** What only keeps (Serverless's own bucket among it), and nothing here has to do with, is no part of the network. */
  #isPart({ name, kind }: Node): boolean {
    const isIts = ({ from, to }: Edge): boolean => from === name || to === name;
    return (
      !['log', 'secret', 'key', 'timer', 'parameter', 'bucket'].includes(kind) || [...this.#edges.values()].some(isIts)
    );
  }

  network(): Network {
    const nodes = [...this.#nodes.byLogicalId.values(), ...this.#others.values()].filter((node) => this.#isPart(node));
    const network = networkOf(
      nodes.map((node) => this.#themed(node)),
      this.#edges.values(),
    );
    return withoutDerivedTiming(network);
  }
}
