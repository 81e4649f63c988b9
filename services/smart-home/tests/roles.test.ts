import { policyAllows } from '@arcade/local-aws/testkit';
import { type Compiled, compile, type Edge, edgeKey, type Json, type Network } from '@arcade/networks';
import { describe, expect, it } from '@jest/globals';
import { NETWORK_NAMES, networksOf } from '../networks.ts';
import { NOW_MS } from './parts.ts';

/** What a role must allow for an edge, spelled out: nothing here is derived by the code that makes the roles. */
interface Allowed {
  action: string;
  resource: string;
  conditions?: Record<string, string>;
}

const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:000000000000:${resource}`;
const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
/** All that is made here is called after the service, the stage and itself. */
const named = (name: string) => `smart-home-local-${kebab(name)}`;

const STANDARD_QUEUES = ['polls', 'lateAnswers'];
const topicArn = (name: string) => arn('sns', named(name) + (name === 'outcomes' ? '' : '.fifo'));
const queueArn = (name: string) => arn('sqs', named(name) + (STANDARD_QUEUES.includes(name) ? '' : '.fifo'));
/** A key has no name: here it goes by its logical id. */
const keyArn = (name: string) => arn('kms', `key/${name.charAt(0).toUpperCase()}${name.slice(1)}`);

function allowedBy(edge: Edge): Allowed[] {
  const table = arn('dynamodb', `table/${named(edge.to)}`);
  switch (edge.type) {
    case 'function sends queue':
      return [{ action: 'sqs:SendMessage', resource: queueArn(edge.to) }];
    case 'function publishes topic':
      return [{ action: 'sns:Publish', resource: topicArn(edge.to) }];
    case 'function reads table':
    case 'function writes table':
      return [{ action: `dynamodb:${edge.settings.action}`, resource: table }];
    case 'function writes key':
      return [{ action: 'kms:Encrypt', resource: keyArn(edge.to) }];
    case 'function reads key':
      return [{ action: 'kms:Decrypt', resource: keyArn(edge.to) }];
    case 'function reads secret': {
      const parameter = arn('ssm', `parameter/smart-home/local/${kebab(edge.to)}`);
      const conditions = {
        'kms:EncryptionContext:PARAMETER_ARN': parameter,
        'kms:ViaService': 'ssm.eu-west-1.amazonaws.com',
      };
      return [
        { action: 'ssm:GetParameter', resource: parameter },
        { action: 'kms:Decrypt', resource: arn('kms', 'key/*'), conditions },
      ];
    }
    case 'function writes timer': {
      const role = 'arn:aws:iam::000000000000:role/ChecksTimerRole';
      const conditions = { 'iam:PassedToService': 'scheduler.amazonaws.com' };
      return [
        { action: 'scheduler:CreateSchedule', resource: arn('scheduler', `schedule/${named(edge.to)}/*`) },
        { action: 'iam:PassRole', resource: role, conditions },
      ];
    }
    case 'function calls external':
    case 'function calls http':
      return [];
    default:
      throw new Error(`a function of these networks does not "${edge.type}"`);
  }
}

const leaving = ({ edges }: Network, name: string) =>
  Object.values(edges).filter(({ type, from }) => from === name && type.startsWith('function '));

const functionsOf = ({ nodes }: Network) =>
  Object.values(nodes).flatMap(({ kind, name }) => (kind === 'function' ? [name] : []));

const compiled = (network: Network) => compile(network, { service: 'smart-home', stage: 'local' });

const isRecord = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value of the template as CloudFormation would make it. */
function resolved({ resources: { Resources } }: Compiled, value: Json): Json {
  const again = (one: Json): Json => resolved({ resources: { Resources } } as unknown as Compiled, one);
  if (Array.isArray(value)) return value.map(again);
  if (!isRecord(value)) return typeof value === 'string' ? value.replaceAll(/\$\{param:(\w+)\}/g, paramOf) : value;
  if (Array.isArray(value['Fn::Join'])) {
    const [separator, parts] = value['Fn::Join'] as [string, Json[]];
    return parts.map((part) => String(again(part))).join(separator);
  }
  const pseudo = { 'AWS::Partition': 'aws', 'AWS::Region': 'eu-west-1', 'AWS::AccountId': '000000000000' };
  if (typeof value.Ref === 'string' && value.Ref in pseudo) return pseudo[value.Ref as keyof typeof pseudo];
  const id = typeof value.Ref === 'string' ? value.Ref : (value['Fn::GetAtt'] as string[] | undefined)?.[0];
  if (id === undefined) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, again(one)]));
  const { Type, Properties = {} } = Resources[id] as { Type: string; Properties?: Record<string, string> };
  const arns: Record<string, string> = {
    'AWS::SQS::Queue': arn('sqs', String(Properties.QueueName)),
    'AWS::SNS::Topic': arn('sns', String(Properties.TopicName)),
    'AWS::DynamoDB::Table': arn('dynamodb', `table/${Properties.TableName}`),
    'AWS::KMS::Key': arn('kms', `key/${id}`),
    'AWS::IAM::Role': `arn:aws:iam::000000000000:role/${id}`,
  };
  return arns[Type] ?? id;
}

/** The params that say where secrets are, as serverless.yml has them. */
const paramOf = (_whole: string, name: string) => `/smart-home/local/${kebab(name.replace(/Parameter$/, ''))}`;

/** The policy of a function's role, as IAM reads it. */
const policyOf = (template: Compiled, name: string) => ({
  Version: '2012-10-17',
  Statement: resolved(template, (template.functions[name]?.iamRoleStatements ?? []) as unknown as Json),
});

interface Statement {
  Action: string[];
  Resource: string;
  Condition?: { StringEquals: Record<string, string> };
}

const sentence = ({ action, resource, conditions = {} }: Allowed) =>
  [`${action} on ${resource}`, ...Object.entries(conditions).map(([key, value]) => `${key} = ${value}`)].join(' if ');

const sentencesOf = (template: Compiled, name: string) =>
  (policyOf(template, name).Statement as unknown as Statement[])
    .flatMap(({ Action, Resource, Condition }) =>
      Action.map((action) => {
        const conditions = Object.entries(Condition?.StringEquals ?? {}).sort();
        return sentence({ action, resource: Resource, conditions: Object.fromEntries(conditions) });
      }),
    )
    .sort();

describe.each(NETWORK_NAMES)('in the network %s', (networkName) => {
  const network = networksOf()[networkName];
  const template = compiled(network);

  it.each(functionsOf(network))('%s may do what its edges and secrets say, and nothing else', (name) => {
    // Who is invoked and not waited for puts aside what it fails on.
    const failures = Object.values(network.edges).some(
      ({ type, to }) => type === 'timer triggers function' && to === name,
    )
      ? [{ action: 'sqs:SendMessage', resource: arn('sqs', `${named(name)}-failures`) }]
      : [];

    const expected = [...leaving(network, name).flatMap(allowedBy), ...failures].map(sentence);
    expect(sentencesOf(template, name)).toEqual([...new Set(expected)].sort());
  });
});

describe('a function of the home', () => {
  const { home } = networksOf();
  const whole = compiled(home);
  const edges = functionsOf(home)
    .flatMap((name) => leaving(home, name))
    .filter((edge) => allowedBy(edge).length > 0);

  /** The network without an edge, and what nothing else holds. */
  const without = (gone: Edge): Network => ({
    ...home,
    edges: Object.fromEntries(Object.entries(home.edges).filter(([key]) => key !== edgeKey(gone))),
  });
  const mayDo = (template: Compiled, name: string, { action, resource, conditions }: Allowed) => {
    const policy = policyOf(template, name);
    // A role without a statement may do nothing; a policy without one is none.
    if ((policy.Statement as Json[]).length === 0) return false;
    return policyAllows(policy, { action, resource: resource.replace('*', 'any'), conditions }, NOW_MS);
  };

  it.each(edges.map((edge) => [edgeKey(edge), edge] as const))(
    'may not do, without the edge, what "%s" lets it',
    (_key, edge) => {
      const cut = compiled(without(edge));

      for (const allowed of allowedBy(edge)) {
        expect([sentence(allowed), mayDo(whole, edge.from, allowed), mayDo(cut, edge.from, allowed)]).toEqual([
          sentence(allowed),
          true,
          false,
        ]);
      }
    },
  );

  it('decrypts a secret through Parameter Store only, and no other parameter', () => {
    const [, decrypt] = allowedBy(
      leaving(home, 'changed').find(({ type }) => type === 'function reads secret') as Edge,
    );
    const { conditions, ...rest } = decrypt as Required<Allowed>;
    const tried = [
      conditions,
      { ...conditions, 'kms:ViaService': 'dynamodb.eu-west-1.amazonaws.com' },
      { ...conditions, 'kms:EncryptionContext:PARAMETER_ARN': arn('ssm', 'parameter/smart-home/local/lwa-client') },
      {},
    ].map((given) => mayDo(whole, 'changed', { ...rest, conditions: given as Record<string, string> }));

    expect(tried).toEqual([true, false, false, false]);
  });
});
