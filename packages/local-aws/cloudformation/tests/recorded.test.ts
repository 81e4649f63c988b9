import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Cloud, createCloud, createVirtualClock } from '../../index.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await createCloud({ port: 0, clock: createVirtualClock() });
});
afterAll(() => cloud.close());

const type = (Type: string, Properties: object = {}) => ({ Type, Properties });
const ref = (id: string) => ({ Ref: id });
const att = (id: string, attribute: string) => ({ 'Fn::GetAtt': [id, attribute] });
const trust = {
  Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
};
const reading = {
  Effect: 'Allow',
  Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  Resource: att('Queue', 'Arn'),
};
const RESOURCES = {
  Queue: type('AWS::SQS::Queue'),
  Topic: type('AWS::SNS::Topic'),
  Role: type('AWS::IAM::Role', {
    AssumeRolePolicyDocument: trust,
    Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: reading } }],
  }),
  Function: type('AWS::Lambda::Function', { Handler: 'a.b', Runtime: 'nodejs24.x', Role: att('Role', 'Arn') }),
  Version: type('AWS::Lambda::Version', { FunctionName: ref('Function') }),
  Alias: type('AWS::Lambda::Alias', {
    FunctionName: ref('Function'),
    FunctionVersion: att('Version', 'Version'),
    Name: 'live',
  }),
  Mapping: type('AWS::Lambda::EventSourceMapping', {
    FunctionName: ref('Function'),
    EventSourceArn: att('Queue', 'Arn'),
  }),
  Permission: type('AWS::Lambda::Permission', {
    FunctionName: ref('Function'),
    Action: 'lambda:InvokeFunction',
    Principal: 'events.amazonaws.com',
  }),
  Rule: type('AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)' }),
  Logs: type('AWS::Logs::LogGroup'),
};

describe('what a template gets of its resources, as recorded from CloudFormation', () => {
  const asked = {
    Queue: ref('Queue'),
    Topic: ref('Topic'),
    TopicName: att('Topic', 'TopicName'),
    TopicArn: att('Topic', 'TopicArn'),
    Role: ref('Role'),
    Function: ref('Function'),
    Version: ref('Version'),
    Alias: ref('Alias'),
    Mapping: ref('Mapping'),
    MappingArn: att('Mapping', 'EventSourceMappingArn'),
    Permission: ref('Permission'),
    Rule: ref('Rule'),
    Logs: ref('Logs'),
  };
  const name = (logicalId: string) => `recorded-${logicalId}-[A-Z0-9]{12}`;
  const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
  const lambda = 'arn:aws:lambda:eu-west-1:000000000000';
  let outputs: Record<string, string>;
  beforeAll(async () => {
    const Outputs = Object.fromEntries(Object.entries(asked).map(([id, Value]) => [id, { Value }]));
    ({ outputs } = await cloud.stacks.deploy({ stackName: 'recorded', template: { Resources: RESOURCES, Outputs } }));
  });

  it.each<[keyof typeof asked, string]>([
    ['Queue', `https?://.+/000000000000/${name('Queue')}`],
    ['Topic', `arn:aws:sns:eu-west-1:000000000000:${name('Topic')}`],
    ['TopicName', name('Topic')],
    ['TopicArn', `arn:aws:sns:eu-west-1:000000000000:${name('Topic')}`],
    ['Role', name('Role')],
    ['Function', name('Function')],
    ['Version', `${lambda}:function:${name('Function')}:1`],
    ['Alias', `${lambda}:function:${name('Function')}:live`],
    ['Mapping', uuid],
    ['MappingArn', `${lambda}:event-source-mapping:${uuid}`],
    ['Permission', name('Permission')],
    ['Rule', name('Rule')],
    ['Logs', name('Logs')],
  ])('%s: %s', (id, expected) => {
    expect(outputs[id]).toMatch(new RegExp(`^${expected}$`));
  });

  it('a stack that is not there does not exist', async () => {
    await expect(cloud.stacks.remove('nowhere')).rejects.toMatchObject({
      code: 'ValidationError',
      message: 'Stack with id nowhere does not exist',
    });
  });

  it('an attribute that a resource lacks is named in an output too', async () => {
    const template = {
      Resources: { Topic: RESOURCES.Topic },
      Outputs: { O: { Value: att('Topic', 'Colour') } },
    };

    await expect(cloud.stacks.deploy({ stackName: 'lacking', template })).rejects.toThrow(
      'Outputs.O.Value: Resource type AWS::SNS::Topic does not support attribute {Colour}',
    );
    expect(cloud.stacks.get('lacking')).toBeUndefined();
  });
});
