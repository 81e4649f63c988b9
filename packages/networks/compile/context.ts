import { incoming, type Neighbours, outgoing } from '../check/graph.ts';
import { kebab, pascal, qualified, screaming } from '../core/names.ts';
import { type EdgeOf, kindOf, type Network, type Node, nodeOf, type Supplied } from '../core/network.ts';
import type { EdgeType, Json, Kind } from '../core/settings.ts';
import { CompileError, type CompileOptions, type Reference } from './types.ts';

/** A network on its way into a template, with the names that everything gets. */
export interface Context {
  readonly network: Network;
  readonly options: CompileOptions;
  readonly into: Neighbours;
  readonly outOf: Neighbours;
  readonly service: string;
  readonly stage: string;
  /** `shop-dev-orders` */
  physical(name: string, ending?: string): string;
}

/** Lambda's limit, the tightest of the services that are named here. */
const LONGEST_NAME = 64;

/** Names that Serverless has yet to fill in are as long as they will be only then, and AWS will say. */
const withinLimit = (name: string): string => {
  if (name.length <= LONGEST_NAME || name.includes('${')) return name;
  throw new CompileError(
    'name-too-long',
    `"${name}" has ${name.length} characters, and AWS takes ${LONGEST_NAME}: shorten the node's name.`,
  );
};

export const contextOf = (network: Network, options: CompileOptions): Context => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Serverless fills these in, not JavaScript
  const { service = '${self:service}', stage = '${sls:stage}' } = options;
  return {
    network,
    options,
    into: incoming(network),
    outOf: outgoing(network),
    service,
    stage,
    physical: (name, ending = '') => withinLimit(`${service}-${stage}-${kebab(name)}${ending}`),
  };
};

export const suppliedOf = <K extends Kind>(context: Context, kind: K): Supplied<K>[] =>
  Object.values(context.network.nodes).filter((node) => node.kind === kind) as Supplied<K>[];

/** The edges of one type at one end of a node. */
export const edgesOf = <T extends EdgeType>(at: Neighbours, name: string, type: T): EdgeOf<T>[] =>
  (at.get(name) ?? []).filter((edge) => edge.type === type) as EdgeOf<T>[];

/** `DeferredQueue` */
export const logicalId = (node: Node): string => pascal(qualified(node.name, kindOf(node)));

/** `DEFERRED_QUEUE` */
export const envPrefix = (node: Node): string => screaming(qualified(node.name, kindOf(node)));

const getAtt = (id: string, attribute: string): Json => ({ 'Fn::GetAtt': [id, attribute] });

const ARN_BY_REF: ReadonlySet<Kind> = new Set<Kind>(['topic']);

export const importOf = (context: Context, node: Node, what: keyof Reference): string => {
  const { imports } = context.options;
  const kind = kindOf(node);
  if (imports === 'params') {
    const ending = pascal(what);
    return `\${param:${qualified(node.name, kind)}${ending}}`;
  }
  const known = imports !== undefined && Object.hasOwn(imports, node.name) ? imports[node.name]?.[what] : undefined;
  if (known !== undefined) return known;
  throw new CompileError(
    'open-end',
    `"${node.name}" is an open end: overlay a ${kind} of that name, or say where it is with imports: { ${node.name}: { ${what}: ... } }.`,
  );
};

/** An ARN of this account and region, spelled out. */
export const arnIn = (service: string, ...resource: readonly string[]): Json => ({
  'Fn::Join': [
    ':',
    ['arn', { Ref: 'AWS::Partition' }, service, { Ref: 'AWS::Region' }, { Ref: 'AWS::AccountId' }, ...resource],
  ],
});

/** `/shop/dev/push-secret`: the parameter that holds a secret. */
const parameterOf = (context: Context, { name, settings }: Supplied<'secret'>): string => {
  const { service, stage } = context;
  const parameter = settings.parameter ?? `/${service}/${stage}/${kebab(name)}`;
  if (parameter.startsWith('/') || parameter.startsWith('${')) return parameter;
  throw new CompileError('parameter-invalid', `"${parameter}" of the secret "${name}" must begin with a slash.`);
};

/** The node's ARN, as a value of a template. A function's is spelled out, so that two may call each other. */
export const arnOf = (context: Context, name: string): Json => {
  const node = nodeOf(context.network, name) as Node;
  if (node.kind === 'open') return importOf(context, node, 'arn');
  if (node.kind === 'function') return arnIn('lambda', 'function', context.physical(name));
  if (node.kind === 'secret') return arnIn('ssm', `parameter${parameterOf(context, node)}`);
  return ARN_BY_REF.has(node.kind) ? { Ref: logicalId(node) } : getAtt(logicalId(node), 'Arn');
};

/** A table's stream. */
export const streamArnOf = (context: Context, name: string): Json => {
  const node = nodeOf(context.network, name) as Node;
  return node.kind === 'open' ? importOf(context, node, 'streamArn') : getAtt(logicalId(node), 'StreamArn');
};

/** A queue's URL. */
export const urlOf = (context: Context, name: string): Json => {
  const node = nodeOf(context.network, name) as Node;
  return node.kind === 'open' ? importOf(context, node, 'url') : { Ref: logicalId(node) };
};

const ONLY_BY_NAME: ReadonlySet<Kind> = new Set<Kind>(['stream', 'secret']);

/** A table's, bus's, stream's, function's or secret's name. The SDK takes an ARN for each but those that are only known by name. */
export const nameOf = (context: Context, name: string): Json => {
  const node = nodeOf(context.network, name) as Node;
  if (node.kind === 'open') return importOf(context, node, ONLY_BY_NAME.has(kindOf(node)) ? 'name' : 'arn');
  if (node.kind === 'secret') return parameterOf(context, node);
  return node.kind === 'function' ? context.physical(name) : { Ref: logicalId(node) };
};

/** Where a service of others is: its own address, or the param of its name. */
export const addressOf = (context: Context, name: string): Json => {
  const node = nodeOf(context.network, name) as Node;
  if (node.kind === 'open') return importOf(context, node, 'url');
  return (node.kind === 'external' && node.settings.url) || `\${param:${name}Url}`;
};
