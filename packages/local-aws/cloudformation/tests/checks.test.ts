import { describe, expect, it } from '@jest/globals';
import { createApiGateway } from '../../apigateway/index.ts';
import { createVirtualClock } from '../../core/clock.ts';
import type { AnyResourceType } from '../../core/resource.ts';
import { createEvents } from '../../events/index.ts';
import { createIam } from '../../iam/index.ts';
import { createLambda } from '../../lambda/index.ts';
import { createSns } from '../../sns/index.ts';
import { createSqs } from '../../sqs/index.ts';
import { createStacks } from '../stacks.ts';
import { looseType, testCore } from './fakes.ts';

const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:000000000000:${resource}`;
const name = (properties: Record<string, unknown>, key: string, id: string) => String(properties[key] ?? id);

/** Types that only have names, but those that AWS's own have. */
const TYPES = [
  looseType('AWS::SNS::Topic', (p, id) => {
    const topic = arn('sns', name(p, 'TopicName', id));
    return { physicalId: topic, Arn: topic };
  }),
  looseType('AWS::SQS::Queue', (p, id) => ({
    physicalId: `http://127.0.0.1/000000000000/${name(p, 'QueueName', id)}`,
    Arn: arn('sqs', name(p, 'QueueName', id)),
  })),
  looseType('AWS::Lambda::Function', (p, id) => ({
    physicalId: name(p, 'FunctionName', id),
    Arn: arn('lambda', `function:${name(p, 'FunctionName', id)}`),
  })),
  looseType('AWS::Events::Rule', (p, id) => ({ physicalId: name(p, 'Name', id), Arn: arn('events', `rule/${id}`) })),
  looseType('AWS::ApiGateway::Resource', (_p, id) => ({ physicalId: `res${id}` })),
  ...[
    'AWS::SNS::Subscription',
    'AWS::SNS::TopicPolicy',
    'AWS::SQS::QueuePolicy',
    'AWS::Lambda::Permission',
    'AWS::Lambda::EventInvokeConfig',
    'AWS::ApiGateway::Method',
    'AWS::ApiGateway::Deployment',
  ].map((type) => looseType(type, (_properties, id) => ({ physicalId: id }))),
];

type Resources = Record<string, { Type: string; Properties?: Record<string, unknown> }>;

/** Deploys with the real IAM and what the real services say of their types; gives the problems, or none when it is allowed. */
async function problemsOf(Resources: Resources, before?: Resources): Promise<string> {
  const iam = createIam({ clock: createVirtualClock() });
  const core = testCore({ authorize: iam.authorize });
  const lambda = createLambda(core, { iam });
  const services = [
    createSns(core),
    createSqs(core),
    createEvents(core, { iam }),
    lambda,
    createApiGateway(core, { lambda, iam, tokens: { check: async () => ({ refused: 'invalid' }) } }),
  ];
  for (const service of services) core.services.add(service);
  const real = new Map(services.flatMap(({ resources }) => resources).map((one) => [one.type, one]));
  const types = TYPES.map((loose) => ({
    ...loose,
    edges: real.get(loose.type)?.edges,
    grants: real.get(loose.type)?.grants,
  })) as AnyResourceType[];
  const stacks = createStacks(core, [...types, ...iam.resources]);
  if (before) await stacks.deploy({ stackName: 'before', template: { Resources: before } });
  return stacks.deploy({ stackName: 'test', template: { Resources } }).then(
    () => '',
    (error: Error) => error.message,
  );
}

const att = (id: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [id, attribute] });
const ref = (id: string) => ({ Ref: id });
const type = (Type: string, Properties: Record<string, unknown> = {}) => ({ Type, Properties });

const trust = {
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const role = (...Statement: Record<string, unknown>[]) =>
  type('AWS::IAM::Role', {
    AssumeRolePolicyDocument: trust,
    Policies: Statement.length > 0 ? [{ PolicyName: 'p', PolicyDocument: { Statement } }] : [],
  });
const permission = (principal: string, source: unknown) =>
  type('AWS::Lambda::Permission', {
    FunctionName: att('Fn'),
    Action: 'lambda:InvokeFunction',
    Principal: principal,
    SourceArn: source,
  });
const queuePolicy = (service: string, source: unknown) =>
  type('AWS::SQS::QueuePolicy', {
    Queues: [ref('Queue')],
    PolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: service },
          Action: 'sqs:SendMessage',
          Resource: att('Queue'),
          Condition: { ArnEquals: { 'aws:SourceArn': source } },
        },
      ],
    },
  });

const base = { Role: role(), Fn: type('AWS::Lambda::Function', { Role: att('Role') }), Topic: type('AWS::SNS::Topic') };
const queue = { Queue: type('AWS::SQS::Queue') };
const subscription = (properties: Record<string, unknown> = {}) =>
  type('AWS::SNS::Subscription', { TopicArn: ref('Topic'), Protocol: 'lambda', Endpoint: att('Fn'), ...properties });
const method = {
  Games: type('AWS::ApiGateway::Resource', { RestApiId: 'api', ParentId: 'root', PathPart: 'games' }),
  Deployment: type('AWS::ApiGateway::Deployment', { RestApiId: 'api', StageName: 'local' }),
  Method: type('AWS::ApiGateway::Method', {
    RestApiId: 'api',
    ResourceId: ref('Games'),
    HttpMethod: 'POST',
    Integration: {
      Type: 'AWS_PROXY',
      Uri: {
        'Fn::Join': ['', ['arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/', att('Fn'), '/invocations']],
      },
    },
  }),
};
const rule = (target: Record<string, unknown>) =>
  type('AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)', Targets: [{ Id: 't', ...target }] });
const send = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: att('Queue') };

describe('a deployment is refused when a delivery that it sets up is not allowed', () => {
  it.each<[string, Resources, Resources, RegExp]>([
    [
      'a topic that invokes a function',
      { ...base, Subscription: subscription() },
      { Permission: permission('sns.amazonaws.com', ref('Topic')) },
      /Subscription \(AWS::SNS::Subscription\): lambda:InvokeFunction on .*function:Fn is not allowed: add an AWS::Lambda::Permission that lets sns\.amazonaws\.com do this for .*sns.*:Topic/,
    ],
    [
      'a topic that invokes a function, in the short form',
      { ...base, Topic: type('AWS::SNS::Topic', { Subscription: [{ Protocol: 'lambda', Endpoint: att('Fn') }] }) },
      { Permission: permission('sns.amazonaws.com', ref('Topic')) },
      /Topic \(AWS::SNS::Topic\): lambda:InvokeFunction/,
    ],
    [
      'a topic that sends to a queue',
      { ...base, ...queue, Subscription: subscription({ Protocol: 'sqs', Endpoint: att('Queue') }) },
      { Policy: queuePolicy('sns.amazonaws.com', ref('Topic')) },
      /sqs:SendMessage on .*:Queue is not allowed: add an AWS::SQS::QueuePolicy/,
    ],
    [
      "a subscription's dead letters",
      {
        ...base,
        ...queue,
        Permission: permission('sns.amazonaws.com', ref('Topic')),
        Subscription: subscription({ RedrivePolicy: { deadLetterTargetArn: att('Queue') } }),
      },
      { Policy: queuePolicy('sns.amazonaws.com', ref('Topic')) },
      /Subscription .*: sqs:SendMessage on .*:Queue/,
    ],
    [
      'a rule that invokes a function',
      { ...base, Rule: rule({ Arn: att('Fn') }) },
      { Permission: permission('events.amazonaws.com', att('Rule')) },
      /Rule \(AWS::Events::Rule\): lambda:InvokeFunction .* lets events\.amazonaws\.com do this for .*rule\/Rule/,
    ],
    [
      "a rule's dead letters",
      {
        ...base,
        ...queue,
        Permission: permission('events.amazonaws.com', att('Rule')),
        Rule: rule({ Arn: att('Fn'), DeadLetterConfig: { Arn: att('Queue') } }),
      },
      { Policy: queuePolicy('events.amazonaws.com', att('Rule')) },
      /Rule .*: sqs:SendMessage on .*:Queue/,
    ],
    [
      'a rule that puts events on another bus, by a role',
      { Rule: rule({ Arn: arn('events', 'event-bus/other'), RoleArn: att('Role') }) },
      { Role: role({ Effect: 'Allow', Action: 'events:PutEvents', Resource: arn('events', 'event-bus/other') }) },
      /Rule \(AWS::Events::Rule\): events:PutEvents on .*event-bus\/other is not allowed: add the statement to the role .*Role/,
    ],
    [
      'a method of an API that invokes a function',
      { ...base, ...method },
      { Permission: permission('apigateway.amazonaws.com', arn('execute-api', 'api/*/POST/games')) },
      /Method \(AWS::ApiGateway::Method\): lambda:InvokeFunction .*execute-api:eu-west-1:000000000000:api\/local\/POST\/games/,
    ],
    [
      "a function's dead letters",
      {
        ...queue,
        Fn: type('AWS::Lambda::Function', { Role: att('Role'), DeadLetterConfig: { TargetArn: att('Queue') } }),
      },
      { Role: role(send) },
      /Fn .*: sqs:SendMessage on .*:Queue is not allowed: add the statement to the role .*Role/,
    ],
    [
      "a function's on-failure destination",
      {
        ...queue,
        Fn: type('AWS::Lambda::Function', { Role: att('Role') }),
        Config: type('AWS::Lambda::EventInvokeConfig', {
          FunctionName: ref('Fn'),
          Qualifier: '$LATEST',
          DestinationConfig: { OnFailure: { Destination: att('Queue') } },
        }),
      },
      { Role: role(send) },
      /Config .*: sqs:SendMessage on .*:Queue is not allowed: add the statement to the role/,
    ],
  ])('%s', async (_title, resources, remedy, expected) => {
    expect(await problemsOf({ Role: role(), ...resources })).toMatch(expected);
    expect(await problemsOf({ ...resources, ...remedy })).toBe('');
  });

  it('a permission for another topic', async () => {
    const other = permission('sns.amazonaws.com', arn('sns', 'Other'));

    expect(await problemsOf({ ...base, Subscription: subscription(), Permission: other })).toMatch('is not allowed');
  });

  it('a permission for another method of the API', async () => {
    const other = permission('apigateway.amazonaws.com', arn('execute-api', 'api/*/GET/games'));

    expect(await problemsOf({ ...base, ...method, Permission: other })).toMatch('is not allowed');
  });

  it('but not when the permission stands in another stack', async () => {
    const before = { ...base, Permission: permission('sns.amazonaws.com', arn('sns', 'Later')) };
    const later = {
      Later: type('AWS::SNS::Topic'),
      Subscription: subscription({ TopicArn: ref('Later'), Endpoint: arn('lambda', 'function:Fn') }),
    };

    expect(await problemsOf(later, before)).toBe('');
  });
});
