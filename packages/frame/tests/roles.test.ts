// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders of Fn::Sub.
import { describe, expect, it } from '@jest/globals';
import { kebabCase } from '../functions.ts';
import { completeRoles, unusedRoles } from '../roles.ts';
import { referencesIn, type Template, type TemplateResource } from '../template.ts';

const role = (...Statement: object[]): TemplateResource => ({
  Type: 'AWS::IAM::Role',
  Properties: { Policies: [{ PolicyDocument: { Statement } }] },
});
const publish = { Effect: 'Allow', Action: 'sns:Publish', Resource: { Ref: 'Topic' } };
const deadLetters = { 'Fn::GetAtt': ['Dead', 'Arn'] };

function completed(properties: object, others: Template['Resources'] = {}): Template {
  const template: Template = {
    Resources: {
      Ping: {
        Type: 'AWS::Lambda::Function',
        Properties: { Role: { 'Fn::GetAtt': ['PingRole', 'Arn'] }, ...properties },
      },
      PingRole: role(publish),
      Dead: { Type: 'AWS::SQS::Queue' },
      ...others,
    },
  };
  completeRoles(template);
  return template;
}

function statements({ Resources }: Template): unknown {
  const policies = Resources.PingRole?.Properties?.Policies as { PolicyDocument: { Statement: unknown } }[] | undefined;
  return policies?.[0]?.PolicyDocument.Statement;
}

describe('a function’s role', () => {
  it('stays as it is where Lambda does nothing with it', () => {
    expect(statements(completed({}))).toEqual([publish]);
  });

  it('may send traces when the function is traced', () => {
    expect(statements(completed({ TracingConfig: { Mode: 'Active' } }))).toEqual([
      publish,
      { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
    ]);
  });

  it.each<[string, object, Template['Resources']]>([
    [
      'an on-failure destination',
      {},
      {
        Config: {
          Type: 'AWS::Lambda::EventInvokeConfig',
          Properties: {
            FunctionName: { Ref: 'Ping' },
            DestinationConfig: { OnFailure: { Destination: deadLetters } },
          },
        },
      },
    ],
    ['a dead-letter queue', { DeadLetterConfig: { TargetArn: deadLetters } }, {}],
  ])('may put aside what failed, with %s', (_, properties, others) => {
    expect(statements(completed(properties, others))).toEqual([
      publish,
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: deadLetters },
    ]);
  });

  it.each([['sqs:SendMessage'], [['sqs:SendMessage']]])(
    'is not told again what its own code may do already: %j',
    (Action) => {
      const own = { Effect: 'Allow', Action, Resource: deadLetters };
      const template = completed({ DeadLetterConfig: { TargetArn: deadLetters } }, { PingRole: role(publish, own) });

      expect(statements(template)).toEqual([publish, own]);
    },
  );

  it('goes when nothing uses it and osls has made it; one of the service’s own stays', () => {
    const { Resources } = completed({}, { IamRoleLambdaExecution: role(publish), ForSomebodyElse: role(publish) });

    expect(Object.keys(Resources)).toEqual(['Ping', 'PingRole', 'Dead', 'ForSomebodyElse']);
  });
});

describe('roles that nothing uses', () => {
  const arn = { 'Fn::GetAtt': ['Orphan', 'Arn'] };

  it.each<[string, Template['Resources']]>([
    ['nothing at all', {}],
    ['a policy of its own', { Policy: { Type: 'AWS::IAM::Policy', Properties: { Roles: [{ Ref: 'Orphan' }] } } }],
    ['a managed policy', { Policy: { Type: 'AWS::IAM::ManagedPolicy', Properties: { Roles: [{ Ref: 'Orphan' }] } } }],
    [
      'the trust of another role that is used',
      { PingRole: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: arn } } },
    ],
    ['what waits for it', { Dead: { Type: 'AWS::SQS::Queue', DependsOn: 'Orphan' } }],
  ])('are found beside %s', (_what, others) => {
    expect(unusedRoles(completed({}, { Orphan: role(publish), ...others }))).toEqual(['Orphan']);
  });

  it.each<[string, Template['Resources'], NonNullable<Template['Outputs']>]>([
    ['a function', { Pong: { Type: 'AWS::Lambda::Function', Properties: { Role: arn } } }, {}],
    [
      'an integration',
      {
        Method: {
          Type: 'AWS::ApiGateway::Method',
          Properties: { Integration: { Credentials: { 'Fn::Sub': '${Orphan.Arn}' } } },
        },
      },
      {},
    ],
    ['an output, for another stack', {}, { RoleArn: { Value: arn } }],
  ])('are not those that %s uses', (_what, others, Outputs) => {
    const { Resources } = completed({}, { Orphan: role(publish), ...others });

    expect(unusedRoles({ Resources, Outputs })).toEqual([]);
  });
});

describe('references', () => {
  it('are found wherever CloudFormation has them', () => {
    const value = {
      DependsOn: ['A'],
      Properties: {
        one: { Ref: 'B' },
        two: [{ 'Fn::GetAtt': ['C', 'Arn'] }, { 'Fn::GetAtt': 'D.Arn' }],
        three: { 'Fn::Sub': ['${E.Arn}/${F}/${!No}', { F: { Ref: 'G' } }] },
      },
    };

    expect([...referencesIn(value)].sort()).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G']);
  });
});

it.each([
  ['newGame', 'new-game'],
  ['ping', 'ping'],
  ['relayEvents2', 'relay-events2'],
])('a function with the key %s is called %s', (key, name) => {
  expect(kebabCase(key)).toBe(name);
});
