import { byText, sortedEntries } from '../core/json.ts';
import type { Edge } from '../core/network.ts';
import { type Node, nodeOf } from '../core/network.ts';
import type { EdgeType, Json } from '../core/settings.ts';
import { addressOf, arnOf, type Context, envPrefix, nameOf, urlOf } from './context.ts';
import { CompileError, type Statement } from './types.ts';

/** What one edge that leaves a function gives that function. */
export interface Grant {
  /** The one IAM action, or undefined where the call is not AWS's to allow. */
  readonly action?: string;
  readonly resource?: Json;
  readonly environment: Readonly<Record<string, Json>>;
}

const indexOf = (arn: Json, index: string): Json => ({ 'Fn::Join': ['/index/', [arn, index]] });

const connectionsOf = (): Json => ({
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      ':execute-api:',
      { Ref: 'AWS::Region' },
      ':',
      { Ref: 'AWS::AccountId' },
      ':',
      { Ref: 'WebsocketsApi' },
      '/*',
    ],
  ],
});

const connectionsUrl = (context: Context): Json => ({
  'Fn::Join': [
    '',
    [
      'https://',
      { Ref: 'WebsocketsApi' },
      '.execute-api.',
      { Ref: 'AWS::Region' },
      '.',
      { Ref: 'AWS::URLSuffix' },
      `/${context.stage}`,
    ],
  ],
});

/**
 * The permission and the variable that an edge gives to the function it leaves: exactly that call on exactly
 * that resource. Undefined for an edge that leaves something else.
 */
export const grantOf = (context: Context, edge: Edge): Grant | undefined => {
  const prefix = envPrefix(nodeOf(context.network, edge.to) as Node);
  switch (edge.type) {
    case 'function sends queue':
      return {
        action: 'sqs:SendMessage',
        resource: arnOf(context, edge.to),
        environment: { [`${prefix}_URL`]: urlOf(context, edge.to) },
      };
    case 'function publishes topic':
      return {
        action: 'sns:Publish',
        resource: arnOf(context, edge.to),
        environment: { [`${prefix}_ARN`]: arnOf(context, edge.to) },
      };
    case 'function publishes bus':
      return {
        action: 'events:PutEvents',
        resource: arnOf(context, edge.to),
        environment: { [`${prefix}_NAME`]: nameOf(context, edge.to) },
      };
    case 'function reads table': {
      const { action, index } = edge.settings;
      const arn = arnOf(context, edge.to);
      const resource = index === undefined ? arn : indexOf(arn, index);
      return { action: `dynamodb:${action}`, resource, environment: { [`${prefix}_NAME`]: nameOf(context, edge.to) } };
    }
    case 'function writes table':
      return {
        action: `dynamodb:${edge.settings.action}`,
        resource: arnOf(context, edge.to),
        environment: { [`${prefix}_NAME`]: nameOf(context, edge.to) },
      };
    case 'function writes stream':
      return {
        action: `kinesis:${edge.settings.action}`,
        resource: arnOf(context, edge.to),
        environment: { [`${prefix}_NAME`]: nameOf(context, edge.to) },
      };
    case 'function calls function':
      return {
        action: 'lambda:InvokeFunction',
        resource: arnOf(context, edge.to),
        environment: { [`${prefix}_NAME`]: nameOf(context, edge.to) },
      };
    case 'function calls websocket':
      return {
        action: 'execute-api:ManageConnections',
        resource: connectionsOf(),
        environment: { [`${prefix}_URL`]: connectionsUrl(context) },
      };
    case 'function calls external':
      return { environment: { [`${prefix}_URL`]: addressOf(context, edge.to) } };
    default:
      return undefined;
  }
};

const fromFunction = (type: EdgeType): boolean => type.startsWith('function ');

export const grantsOf = (context: Context, name: string): Grant[] =>
  (context.outOf.get(name) ?? [])
    .filter(({ type }) => fromFunction(type))
    .map((edge) => grantOf(context, edge))
    .filter((grant) => grant !== undefined);

/** One statement for each resource, its actions in order. */
export const statementsOf = (grants: readonly Pick<Grant, 'action' | 'resource'>[]): Statement[] => {
  const byResource = new Map<string, { resource: Json; actions: Set<string> }>();
  for (const { action, resource } of grants) {
    if (action === undefined || resource === undefined) continue;
    const key = JSON.stringify(resource);
    const entry = byResource.get(key) ?? { resource, actions: new Set() };
    byResource.set(key, { resource, actions: entry.actions.add(action) });
  }
  return [...byResource]
    .sort(([one], [other]) => byText(one, other))
    .map(([, { resource, actions }]) => ({ Effect: 'Allow', Action: [...actions].sort(), Resource: resource }));
};

/** The variables of a function: those of its edges, then its own. Throws where two mean different things. */
export const environmentOf = (
  name: string,
  grants: readonly Grant[],
  own: Readonly<Record<string, Json>> = {},
): Record<string, Json> => {
  const environment = new Map<string, Json>();
  for (const [key, value] of [
    ...grants.flatMap((grant) => Object.entries(grant.environment)),
    ...Object.entries(own),
  ]) {
    const known = environment.get(key);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(value)) {
      throw new CompileError(
        'variable-twice',
        `The variable ${key} of the function "${name}" would have two values: rename a node, or the variable.`,
      );
    }
    environment.set(key, value);
  }
  return Object.fromEntries(sortedEntries(Object.fromEntries(environment)));
};
