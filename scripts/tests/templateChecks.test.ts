import { describe, expect, it } from '@jest/globals';
import {
  failureProblems,
  keyProblems,
  logProblems,
  metricProblems,
  nameProblems,
  roleProblems,
  type Template,
} from '../templateChecks.ts';

const role = (...statements: object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: { Policies: [{ PolicyDocument: { Statement: statements } }] },
});

const publish = { Effect: 'Allow', Action: ['sns:Publish'], Resource: { Ref: 'Topic' } };

const functionWith = (properties: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: 'rally-local-ping',
    Handler: 'handlers/ping.handler',
    Role: { 'Fn::GetAtt': ['PingRole', 'Arn'] },
    ...properties,
  },
});

const invokedBy = (principal: string) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: { FunctionName: { 'Fn::GetAtt': ['PingLambdaFunction', 'Arn'] }, Principal: principal },
});

/** A template without fault, but for what is put in its place. */
const template = (changes: Template['Resources'] = {}): Template => ({
  Resources: {
    PingLambdaFunction: functionWith(),
    PingRole: role(publish),
    PingLogs: {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: '/aws/lambda/rally-local-ping', RetentionInDays: 14 },
    },
    ...changes,
  },
});

describe('the checks of templates', () => {
  it('find nothing in a template without fault', () => {
    const checks = [nameProblems, keyProblems, roleProblems, logProblems, failureProblems, metricProblems];

    expect(checks.flatMap((check) => check(template()))).toEqual([]);
  });

  it('find a function name that is too long', () => {
    const FunctionName = `rally-local-${'p'.repeat(53)}`;

    expect(nameProblems(template({ PingLambdaFunction: functionWith({ FunctionName }) }))).toEqual([
      `PingLambdaFunction: '${FunctionName}' has 65 of 64 characters`,
    ]);
  });

  it('find a key that differs from its handler’s file', () => {
    const renamed = functionWith({ Handler: 'handlers/pong.handler' });

    expect(keyProblems(template({ PingLambdaFunction: renamed }))).toEqual([
      "PingLambdaFunction runs handlers/pong.handler: its key should be 'pong'",
    ]);
  });

  it('find two functions with one role', () => {
    expect(roleProblems(template({ PongLambdaFunction: functionWith() }))).toEqual([
      'PingLambdaFunction, PongLambdaFunction share PingRole',
    ]);
  });

  it.each([
    [{ ...publish, Action: 'sns:*' }, 'PingRole allows the action sns:*'],
    [{ ...publish, Action: '*' }, 'PingRole allows the action *'],
    [{ ...publish, Resource: '*' }, 'PingRole allows sns:Publish on every resource'],
    [{ ...publish, Resource: ['arn:x', '*'] }, 'PingRole allows sns:Publish on every resource'],
  ])('find the wildcard in %j', (statement, problem) => {
    expect(roleProblems(template({ PingRole: role(statement) }))).toEqual([problem]);
  });

  it('accept every resource for an action that has no narrower one, but not beside one that has', () => {
    const traces = { Effect: 'Allow', Action: 'xray:PutTraceSegments', Resource: '*' };
    const mixed = { ...traces, Action: ['xray:PutTraceSegments', 'sns:Publish'] };

    expect(roleProblems(template({ PingRole: role(traces) }))).toEqual([]);
    expect(roleProblems(template({ PingRole: role(mixed) }))).toHaveLength(1);
  });

  it('find a role that nothing uses, and a function without a policy', () => {
    expect(roleProblems(template({ Spare: role(publish) }))).toEqual(['nothing uses Spare']);
    expect(roleProblems(template({ PingRole: role() }))).toEqual([
      'PingLambdaFunction has no policy of its own in PingRole',
    ]);
  });

  it('find an alarm that waits for a metric with dimensions that AWS does not emit', () => {
    const alarm = {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        Namespace: 'AWS/DynamoDB',
        MetricName: 'ThrottledRequests',
        Dimensions: [{ Name: 'TableName', Value: { Ref: 'Table' } }],
      },
    };

    expect(metricProblems(template({ Throttled: alarm }))).toEqual([
      'Throttled: AWS emits AWS/DynamoDB ThrottledRequests by TableName and Operation, not by TableName: ' +
        'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html',
    ]);
  });

  it('find logs that are kept for ever', () => {
    const forEver = {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: '/aws/lambda/rally-local-ping' },
    };

    expect(logProblems(template({ PingLogs: forEver }))).toEqual([
      'PingLambdaFunction has no log group with RetentionInDays',
    ]);
  });

  it.each(['sns.amazonaws.com', 'events.amazonaws.com'])(
    'find failures of what %s invokes going nowhere',
    (principal) => {
      expect(failureProblems(template({ Permission: invokedBy(principal) }))).toEqual([
        `PingLambdaFunction is invoked by ${principal} and has no failure destination`,
      ]);
    },
  );

  it('accept a failure destination, a dead-letter queue, and a caller that waits for the answer', () => {
    const destination = {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: 'PingLambdaFunction' },
        DestinationConfig: { OnFailure: { Destination: 'q' } },
      },
    };
    const deadLetters = functionWith({ DeadLetterConfig: { TargetArn: 'q' } });
    const Permission = invokedBy('sns.amazonaws.com');

    expect(failureProblems(template({ Permission, Config: destination }))).toEqual([]);
    expect(failureProblems(template({ Permission, PingLambdaFunction: deadLetters }))).toEqual([]);
    expect(failureProblems(template({ Permission: invokedBy('apigateway.amazonaws.com') }))).toEqual([]);
  });
});
