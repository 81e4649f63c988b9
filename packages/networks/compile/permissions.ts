import { sortedEntries } from '../core/json.ts';
import { type Edge, type EdgeOf, type Node, nodeOf } from '../core/network.ts';
import { NODE_DEFAULTS } from '../core/rules.ts';
import type { EdgeType, Json, StatementSettings } from '../core/settings.ts';
import { mergedStatements } from '../core/sums.ts';
import { actionsOf } from './actions.ts';
import { addressOf, arnIn, arnOf, type Context, envPrefix, importOf, logicalId, nameOf, urlOf } from './context.ts';
import { timerOf, timerRoleArn, timerTargetArn } from './timers.ts';
import { CompileError, type Statement } from './types.ts';

/** One call that a role allows. */
export interface Permission {
  readonly action: string;
  readonly resource: Json;
  readonly condition?: Json;
}

/** What one edge that leaves a function gives that function. */
interface Grant {
  /** None where the call is not AWS's to allow. */
  readonly allows: readonly Permission[];
  readonly environment: Readonly<Record<string, Json>>;
}

/** The actions of an edge, each on its resource. */
const allowing = (edge: Edge, ...resources: readonly Omit<Permission, 'action'>[]): Permission[] =>
  actionsOf(edge).map((action, at) => ({ action, ...(resources[at] as Omit<Permission, 'action'>) }));

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

const addressIn = (api: string, path: string): Json => ({
  'Fn::Join': [
    '',
    ['https://', { Ref: api }, '.execute-api.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }, path],
  ],
});

/** Serverless makes a gateway with the functions that it triggers. */
const assertMadeHere = (context: Context, name: string): void => {
  const triggers = context.outOf.get(name) ?? [];
  if (triggers.some(({ to }) => nodeOf(context.network, to)?.kind === 'function')) return;
  throw new CompileError(
    'gateway-untriggering',
    `The gateway "${name}" triggers no function of this stack, so Serverless makes none: overlay what it triggers, or leave it open and import it.`,
  );
};

/** Where a gateway of this stack is reached. Serverless names its resource. */
const gatewayUrl = (context: Context, name: string): Json => {
  const node = nodeOf(context.network, name) as Node;
  if (node.kind !== 'http') return importOf(context, node, 'url');
  assertMadeHere(context, name);
  if ((node.settings.style ?? NODE_DEFAULTS.http.style) === 'http') return { 'Fn::GetAtt': ['HttpApi', 'ApiEndpoint'] };
  return addressIn('ApiGatewayRestApi', `/${context.stage}`);
};

/** A SecureString is decrypted in the reader's name, for that parameter and through Parameter Store only: docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html */
const secretGrant = (context: Context, edge: EdgeOf<'function reads secret'>, prefix: string): Grant => {
  const arn = arnOf(context, edge.to);
  const viaParameters = {
    StringEquals: {
      'kms:ViaService': { 'Fn::Join': ['.', ['ssm', { Ref: 'AWS::Region' }, 'amazonaws.com']] },
      'kms:EncryptionContext:PARAMETER_ARN': arn,
    },
  };
  return {
    allows: allowing(edge, { resource: arn }, { resource: arnIn('kms', 'key/*'), condition: viaParameters }),
    environment: { [`${prefix}_NAME`]: nameOf(context, edge.to) },
  };
};

const timerGrant = (context: Context, edge: EdgeOf<'function writes timer'>, prefix: string): Grant => {
  const node = timerOf(context, edge.to);
  const role = timerRoleArn(node);
  const toScheduler = { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } };
  return {
    allows: allowing(
      edge,
      { resource: arnIn('scheduler', `schedule/${context.physical(edge.to)}/*`) },
      { resource: role, condition: toScheduler },
    ),
    environment: {
      [`${prefix}_GROUP_NAME`]: { Ref: logicalId(node) },
      [`${prefix}_ROLE_ARN`]: role,
      [`${prefix}_TARGET_ARN`]: timerTargetArn(context, edge.to),
    },
  };
};

const socketGrant = (context: Context, edge: EdgeOf<'function calls websocket'>, prefix: string): Grant => {
  const node = nodeOf(context.network, edge.to) as Node;
  const [variable, isOpen] = [`${prefix}_URL`, node.kind === 'open'];
  if (!isOpen) assertMadeHere(context, edge.to);
  return {
    allows: allowing(edge, { resource: isOpen ? importOf(context, node, 'arn') : connectionsOf() }),
    environment: {
      [variable]: isOpen ? importOf(context, node, 'url') : addressIn('WebsocketsApi', `/${context.stage}`),
    },
  };
};

/**
 * The permissions and the variables that an edge gives to the function it leaves: exactly that call on exactly
 * that resource. Undefined for an edge that leaves something else.
 */
const grantOf = (context: Context, edge: Edge): Grant | undefined => {
  const { to } = edge;
  const prefix = envPrefix(nodeOf(context.network, to) as Node);
  const on = (resource: Json, variable: string, value: Json): Grant => ({
    allows: allowing(edge, { resource }),
    environment: { [`${prefix}_${variable}`]: value },
  });
  switch (edge.type) {
    case 'function sends queue':
      return on(arnOf(context, to), 'URL', urlOf(context, to));
    case 'function reads table': {
      const { index } = edge.settings;
      const arn = arnOf(context, to);
      return on(index === undefined ? arn : indexOf(arn, index), 'NAME', nameOf(context, to));
    }
    case 'function publishes bus':
    case 'function writes table':
    case 'function writes stream':
    case 'function calls function':
      return on(arnOf(context, to), 'NAME', nameOf(context, to));
    case 'function publishes topic':
    case 'function reads key':
    case 'function writes key':
      return on(arnOf(context, to), 'ARN', arnOf(context, to));
    case 'function reads secret':
      return secretGrant(context, edge, prefix);
    case 'function writes timer':
      return timerGrant(context, edge, prefix);
    case 'function calls websocket':
      return socketGrant(context, edge, prefix);
    case 'function calls external':
      return { allows: [], environment: { [`${prefix}_URL`]: addressOf(context, to) } };
    case 'function calls http':
      return { allows: [], environment: { [`${prefix}_URL`]: gatewayUrl(context, to) } };
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

/** What a role allows, one statement for each resource under each condition: by its edges, and by hand. */
export const statementsOf = (
  permissions: readonly Permission[],
  byHand: readonly StatementSettings[] = [],
): Statement[] =>
  mergedStatements([
    ...permissions.map(({ action, resource, condition }) => ({
      Action: action,
      Resource: resource,
      ...(condition === undefined ? {} : { Condition: condition }),
    })),
    ...byHand,
  ]).map((statement) => ({ Effect: 'Allow', ...statement }) as Statement);

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
