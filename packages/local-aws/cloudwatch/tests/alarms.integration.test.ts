import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Cloud, createCloud, createVirtualClock } from '../../index.ts';

const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const METRIC = {
  Namespace: 'AWS/SQS',
  MetricName: 'ApproximateNumberOfMessagesVisible',
  Dimensions: [{ Name: 'QueueName', Value: 'dead' }],
  Statistic: 'Maximum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'notBreaching',
};
const MATH = {
  EvaluationPeriods: 1,
  Threshold: 3,
  ComparisonOperator: 'GreaterThanThreshold',
  Metrics: [
    {
      Id: 'm0',
      MetricStat: {
        Metric: { Namespace: 'AWS/Lambda', MetricName: 'Errors', Dimensions: [{ Name: 'FunctionName', Value: 'f' }] },
        Stat: 'Sum',
        Period: 300,
      },
      ReturnData: false,
    },
    { Id: 'all', Expression: 'SUM(METRICS())', ReturnData: true },
  ],
};

const template = (alarm: object = {}) => ({
  Resources: {
    Topic: { Type: 'AWS::SNS::Topic' },
    Rung: { Type: 'AWS::SQS::Queue' },
    Heard: { Type: 'AWS::SQS::Queue' },
    Policy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Rung' }, { Ref: 'Heard' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: ['sns.amazonaws.com', 'events.amazonaws.com'] },
              Action: 'sqs:SendMessage',
              Resource: '*',
            },
          ],
        },
      },
    },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'sqs', Endpoint: arnOf('Rung') },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: {
          source: ['aws.cloudwatch'],
          'detail-type': ['CloudWatch Alarm State Change'],
          detail: { alarmName: [{ prefix: 'game-dead' }], state: { value: ['ALARM'] } },
        },
        Targets: [{ Id: 'heard', Arn: arnOf('Heard') }],
      },
    },
    Alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        AlarmName: 'game-dead-letters',
        AlarmDescription: 'holds messages',
        AlarmActions: [{ Ref: 'Topic' }],
        ...METRIC,
        ...alarm,
      },
    },
    Math: { Type: 'AWS::CloudWatch::Alarm', Properties: MATH },
  },
  Outputs: {
    Rung: { Value: { Ref: 'Rung' } },
    Heard: { Value: { Ref: 'Heard' } },
    TopicArn: { Value: { Ref: 'Topic' } },
    AlarmArn: { Value: arnOf('Alarm') },
    MathName: { Value: { Ref: 'Math' } },
  },
});

let folder: string;
let cloud: Cloud;
let clock: ReturnType<typeof createVirtualClock>;
const start = async (startMs = Date.parse('2030-01-01T00:00:00Z')) => {
  clock = createVirtualClock({ startMs });
  cloud = await createCloud({ port: 0, clock, seed: 1, stateFolder: folder });
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alarms-'));
  await start();
});
afterEach(async () => {
  await cloud.close();
  await rm(folder, { recursive: true });
});

const settings = () => ({
  endpoint: cloud.endpoint,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'any' },
  maxAttempts: 1,
});
const set = (AlarmName: string, StateValue: 'OK' | 'ALARM', StateReason = 'by hand') =>
  new CloudWatchClient(settings()).send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason }));
const describeAlarms = (input: object = {}) =>
  new CloudWatchClient(settings()).send(new DescribeAlarmsCommand(input)).then(({ MetricAlarms = [] }) => MetricAlarms);
const receive = async (QueueUrl = '') => {
  await clock.idle();
  const { Messages = [] } = await new SQSClient(settings()).send(new ReceiveMessageCommand({ QueueUrl }));
  return Messages.map(({ Body = '' }) => JSON.parse(Body));
};

describe('an alarm', () => {
  it('tells the default bus and its topics, in AWS’s words, that somebody has set it to another state', async () => {
    const { outputs } = await cloud.stacks.deploy({ stackName: 'game', template: template() });
    await clock.advance(5000);

    await set('game-dead-letters', 'ALARM');

    const [event] = await receive(outputs.Heard);
    expect(event).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'CloudWatch Alarm State Change',
      source: 'aws.cloudwatch',
      account: '000000000000',
      time: '2030-01-01T00:00:05Z',
      region: 'eu-west-1',
      resources: [outputs.AlarmArn],
      detail: {
        alarmName: 'game-dead-letters',
        configuration: {
          description: 'holds messages',
          metrics: [
            {
              id: expect.any(String),
              metricStat: {
                metric: {
                  dimensions: { QueueName: 'dead' },
                  name: 'ApproximateNumberOfMessagesVisible',
                  namespace: 'AWS/SQS',
                },
                period: 60,
                stat: 'Maximum',
              },
              returnData: true,
            },
          ],
        },
        previousState: {
          reason: 'Unchecked: Initial alarm creation',
          timestamp: '2030-01-01T00:00:00.000+0000',
          value: 'INSUFFICIENT_DATA',
        },
        state: { reason: 'by hand', timestamp: '2030-01-01T00:00:05.000+0000', value: 'ALARM' },
      },
    });
    const [notification] = await receive(outputs.Rung);
    expect(notification).toMatchObject({ Type: 'Notification', Subject: 'ALARM: "game-dead-letters" in EU (Ireland)' });
    expect(JSON.parse(notification.Message)).toEqual({
      AlarmName: 'game-dead-letters',
      AlarmDescription: 'holds messages',
      AWSAccountId: '000000000000',
      AlarmConfigurationUpdatedTimestamp: '2030-01-01T00:00:00.000+0000',
      NewStateValue: 'ALARM',
      NewStateReason: 'by hand',
      StateChangeTime: '2030-01-01T00:00:05.000+0000',
      Region: 'EU (Ireland)',
      AlarmArn: outputs.AlarmArn,
      OldStateValue: 'INSUFFICIENT_DATA',
      OKActions: [],
      AlarmActions: [outputs.TopicArn],
      InsufficientDataActions: [],
      Trigger: {
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Namespace: 'AWS/SQS',
        StatisticType: 'Statistic',
        Statistic: 'MAXIMUM',
        Unit: null,
        Dimensions: [{ value: 'dead', name: 'QueueName' }],
        Period: 60,
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 0,
        TreatMissingData: 'notBreaching',
        EvaluateLowSampleCountPercentile: '',
      },
    });
  });

  it('says nothing when it is set to what it says already, nor what its rules and actions are not for', async () => {
    const { outputs } = await cloud.stacks.deploy({ stackName: 'game', template: template() });
    await set('game-dead-letters', 'ALARM');
    await receive(outputs.Heard);
    await receive(outputs.Rung);

    await set('game-dead-letters', 'ALARM', 'again');
    await set('game-dead-letters', 'OK');
    await set(outputs.MathName ?? '', 'ALARM');

    expect(await receive(outputs.Heard)).toEqual([]);
    expect(await receive(outputs.Rung)).toEqual([]);
  });

  it('keeps its topics quiet while its actions are off, and stays known to rules', async () => {
    const { outputs } = await cloud.stacks.deploy({ stackName: 'game', template: template({ ActionsEnabled: false }) });

    await set('game-dead-letters', 'ALARM');

    expect(await receive(outputs.Heard)).toHaveLength(1);
    expect(await receive(outputs.Rung)).toEqual([]);
  });

  it('is described with its configuration, by name and state, and says after a restart what it said', async () => {
    const { outputs } = await cloud.stacks.deploy({ stackName: 'game', template: template() });
    await set('game-dead-letters', 'ALARM', 'a letter');
    await cloud.close();
    await start(clock.now() + 60_000);

    expect(await describeAlarms({ StateValue: 'ALARM' })).toEqual([
      expect.objectContaining({
        AlarmName: 'game-dead-letters',
        AlarmArn: outputs.AlarmArn,
        StateValue: 'ALARM',
        StateReason: 'a letter',
        StateUpdatedTimestamp: new Date('2030-01-01T00:00:00Z'),
        Threshold: 0,
        MetricName: 'ApproximateNumberOfMessagesVisible',
      }),
    ]);
    expect((await describeAlarms()).map(({ AlarmName }) => AlarmName)).toEqual([outputs.MathName, 'game-dead-letters']);
    expect(await describeAlarms({ AlarmNames: [outputs.MathName] })).toEqual([
      expect.objectContaining({ StateValue: 'INSUFFICIENT_DATA', Metrics: [expect.anything(), expect.anything()] }),
    ]);
  });

  it('is refused when it is not known, or not whole', async () => {
    await expect(set('nobody', 'OK')).rejects.toMatchObject({
      name: 'ResourceNotFound',
      $metadata: { httpStatusCode: 404 },
    });
    const deployed = (alarm: object) => cloud.stacks.deploy({ stackName: 'game', template: template(alarm) });
    await expect(deployed({ Metrics: MATH.Metrics })).rejects.toThrow('has either MetricName');
    await expect(deployed({ AlarmActions: ['arn:aws:automate:eu-west-1:ec2:stop'] })).rejects.toThrow(
      'tells topics only',
    );
    await expect(deployed({ ThresholdMetricId: 'x' })).rejects.toThrow('ThresholdMetricId is not supported');
  });
});
