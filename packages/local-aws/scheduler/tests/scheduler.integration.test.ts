import {
  CreateScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Cloud, createCloud, createVirtualClock } from '../../index.ts';

const role = (service: string, Statement: object[], name?: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    ...(name && { RoleName: name }),
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    Policies: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement } }],
  },
});
const allow = (Action: string | string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource });
const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

const SEND = allow('sqs:SendMessage', arnOf('Inbox'));
const PLAN = allow(['scheduler:CreateSchedule', 'scheduler:UpdateSchedule', 'scheduler:GetSchedule'], '*');
const PASS = {
  ...allow('iam:PassRole', arnOf('Role')),
  Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
};

const template = (sends: object[] = [SEND]) => ({
  Resources: {
    Inbox: { Type: 'AWS::SQS::Queue' },
    Role: role('scheduler.amazonaws.com', sends),
    Stranger: role('lambda.amazonaws.com', sends),
    Planner: role('lambda.amazonaws.com', [PLAN, PASS], 'planner'),
    NoPass: role('lambda.amazonaws.com', [PLAN], 'no-pass'),
    Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'game' } },
    Daily: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        GroupName: { Ref: 'Group' },
        ScheduleExpression: 'cron(0 8 * * ? *)',
        ScheduleExpressionTimezone: 'Europe/Berlin',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: arnOf('Inbox'), RoleArn: arnOf('Role'), Input: 'daily' },
      },
    },
  },
  Outputs: {
    InboxUrl: { Value: { Ref: 'Inbox' } },
    InboxArn: { Value: arnOf('Inbox') },
    RoleArn: { Value: arnOf('Role') },
    StrangerArn: { Value: arnOf('Stranger') },
    DailyArn: { Value: arnOf('Daily') },
    GroupArn: { Value: arnOf('Group') },
  },
});

let cloud: Cloud;
let clock: ReturnType<typeof createVirtualClock>;
beforeEach(async () => {
  clock = createVirtualClock();
  cloud = await createCloud({ port: 0, clock, seed: 1 });
});
afterEach(() => cloud.close());

const settings = (accessKeyId = 'local') => ({
  endpoint: cloud.endpoint,
  region: 'eu-west-1',
  credentials: { accessKeyId, secretAccessKey: 'any' },
  maxAttempts: 1,
});
const clientOf = (roleName: string) =>
  new SchedulerClient(settings(cloud.iam.credentialsFor(`arn:aws:iam::000000000000:role/${roleName}`).accessKeyId));
const bodies = async (QueueUrl = '') => {
  const answer = await new SQSClient(settings()).send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  return (answer.Messages ?? []).map(({ Body }) => Body);
};

describe('EventBridge Scheduler', () => {
  it('runs what a template plans and what a role may plan, and no one may hand over a role without being allowed to', async () => {
    const { outputs } = await cloud.stacks.deploy({ stackName: 'game', template: template() });
    const { InboxUrl, InboxArn, RoleArn, StrangerArn } = outputs;
    const plan = (client: SchedulerClient, roleArn = RoleArn) =>
      client.send(
        new CreateScheduleCommand({
          Name: 'once',
          GroupName: 'game',
          ScheduleExpression: 'at(2030-01-01T00:05:00)',
          FlexibleTimeWindow: { Mode: 'OFF' },
          ActionAfterCompletion: 'DELETE',
          Target: { Arn: InboxArn, RoleArn: roleArn, Input: 'once' },
        }),
      );

    await expect(plan(clientOf('no-pass'))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('iam:PassRole'),
    });
    await expect(plan(new SchedulerClient(settings()))).rejects.toThrow('keys.json');
    await expect(plan(new SchedulerClient(settings(cloud.keys.accessKeyId)), StrangerArn)).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
    });
    const planner = clientOf('planner');
    expect((await plan(planner)).ScheduleArn).toBe('arn:aws:scheduler:eu-west-1:000000000000:schedule/game/once');
    const found = await planner.send(new GetScheduleCommand({ Name: 'once', GroupName: 'game' }));
    expect(found).toMatchObject({ State: 'ENABLED', CreationDate: new Date('2030-01-01T00:00:00Z') });
    await planner.send(
      new UpdateScheduleCommand({
        Name: 'once',
        GroupName: 'game',
        ScheduleExpression: 'at(2030-01-01T00:05:00)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        EndDate: new Date('2031-01-01T00:00:00Z'),
        ActionAfterCompletion: 'DELETE',
        Target: { Arn: InboxArn, RoleArn, Input: 'once' },
      }),
    );

    await clock.advance(5 * 60_000);
    expect(await bodies(InboxUrl)).toEqual(['once']);
    await clock.advance(7 * 3_600_000);
    expect(await bodies(InboxUrl)).toContain('daily');
    const { Schedules = [] } = await new SchedulerClient(settings()).send(
      new ListSchedulesCommand({ GroupName: 'game' }),
    );
    expect(Schedules.map(({ Arn }) => Arn)).toEqual([outputs.DailyArn]);
    expect(outputs.GroupArn).toBe('arn:aws:scheduler:eu-west-1:000000000000:schedule-group/game');
  });

  it('fails a deployment whose role may not reach the target', async () => {
    const deployed = cloud.stacks.deploy({ stackName: 'game', template: template([allow('sqs:ReceiveMessage', '*')]) });

    await expect(deployed).rejects.toThrow(
      /Daily.*sqs:SendMessage on .* is not allowed: add the statement to the role/,
    );
  });
});
