import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createCloudWatch } from '../../cloudwatch/index.ts';
import { createCognito } from '../../cognito/index.ts';
import { anyValues } from '../../core/tests/anyValues.ts';
import { createTestCore, type TestCore } from '../../core/tests/testCore.ts';
import { createEvents } from '../../events/events.ts';
import { createScheduler } from '../../scheduler/index.ts';
import { createStacks } from '../stacks.ts';
import { BoxWorld, looseType } from './fakes.ts';

let stateFolder: string;
let running: TestCore | undefined;
beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 'second-try-'));
});
afterEach(() => {
  running?.store.close();
  rmSync(stateFolder, { recursive: true });
});

const ROLE = 'arn:aws:iam::000000000000:role/planner';
const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:spawn';
const PASSWORD = 'Correct-horse1';
const AT = { FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn: FUNCTION, RoleArn: ROLE } };

const iam = {
  assertTrust: () => undefined,
  sessionOf: (roleArn: string, sessionName: string) => ({ kind: 'role' as const, arn: roleArn, roleArn, sessionName }),
  trustsWebIdentity: () => true,
  assumeWithWebIdentity: () => {
    throw new Error('nobody asks for credentials');
  },
};

/** Starts the services and stacks on the folder, after whoever had it before. */
function start() {
  const startMs = running?.clock.now();
  running?.store.close();
  const core = createTestCore({ stateFolder, ...(startMs !== undefined && { startMs }) });
  running = Object.assign(core, { endpoint: () => 'http://127.0.0.1:1' });
  const functions = { invoke: () => Promise.reject(new Error('no function is called')) };
  const events = createEvents(core, { iam });
  const cognito = createCognito(core, { functions, iam, logs: { write: () => undefined } });
  const services = [events, createScheduler(core, { iam }), createCloudWatch(core, events), ...cognito.services];
  for (const service of services) core.add(service);
  const world = new BoxWorld();
  const opener = looseType('Arcade::Test::Opener', (_properties, physicalId) => {
    world.broken.clear();
    return { physicalId };
  });
  const stacks = createStacks(core, [...services.flatMap(({ resources }) => resources), world.type, opener]);
  const resume = () => {
    for (const service of services) service.resume?.();
  };
  return { core, stacks, world, resume };
}
type Running = ReturnType<typeof start>;

const refOf = (logicalId: string, { stacks }: Running): string =>
  stacks.get('test')?.resources.find((resource) => resource.logicalId === logicalId)?.physicalId ?? '';

/** Whoever has signed in, as the identity pool knows him. */
async function identityOf(arcade: Running): Promise<unknown> {
  const { core } = arcade;
  const [UserPoolId, ClientId, IdentityPoolId] = ['Pool', 'Client', 'Identities'].map((id) => refOf(id, arcade));
  const AuthParameters = { USERNAME: 'ada', PASSWORD };
  const signingIn = { ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters };
  const { AuthenticationResult } = await core.ask<{ AuthenticationResult: { IdToken: string } }>(
    'cognito-idp',
    'InitiateAuth',
    signingIn,
  );
  const Logins = { [`cognito-idp.eu-west-1.amazonaws.com/${UserPoolId}`]: AuthenticationResult.IdToken };
  return core.ask('cognito-identity', 'GetId', { IdentityPoolId, Logins });
}

interface Kept {
  what: string;
  resources: Record<string, object>;
  /** Brings something into being that the template does not say. */
  act(arcade: Running): Promise<void>;
  /** What must be the same afterwards. */
  look(arcade: Running): Promise<unknown>;
}

const KEPT: Kept[] = [
  {
    what: 'an identity pool its identities',
    resources: {
      Pool: { Type: 'AWS::Cognito::UserPool' },
      Client: {
        Type: 'AWS::Cognito::UserPoolClient',
        Properties: { UserPoolId: { Ref: 'Pool' }, ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] },
      },
      Identities: {
        Type: 'AWS::Cognito::IdentityPool',
        Properties: {
          AllowUnauthenticatedIdentities: false,
          CognitoIdentityProviders: [
            { ClientId: { Ref: 'Client' }, ProviderName: { 'Fn::GetAtt': ['Pool', 'ProviderName'] } },
          ],
        },
      },
    },
    async act(arcade) {
      const { core } = arcade;
      await core.ask('cognito-idp', 'SignUp', {
        ClientId: refOf('Client', arcade),
        Username: 'ada',
        Password: PASSWORD,
      });
      await core.ask('cognito-idp', 'AdminConfirmSignUp', { UserPoolId: refOf('Pool', arcade), Username: 'ada' });
    },
    look: identityOf,
  },
  {
    what: 'an alarm its state',
    resources: {
      Alarm: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
          AlarmName: 'dead',
          Namespace: 'AWS/SQS',
          MetricName: 'ApproximateNumberOfMessagesVisible',
          Statistic: 'Maximum',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 0,
          ComparisonOperator: 'GreaterThanThreshold',
        },
      },
    },
    act: async ({ core }) =>
      void (await core.ask('cloudwatch', 'SetAlarmState', {
        AlarmName: 'dead',
        StateValue: 'ALARM',
        StateReason: 'somebody says so',
      })),
    look: async ({ core }) => {
      const { MetricAlarms } = await core.ask<{ MetricAlarms: object[] }>('cloudwatch', 'DescribeAlarms', {});
      return MetricAlarms.map((alarm) => ({ ...alarm, AlarmConfigurationUpdatedTimestamp: undefined }));
    },
  },
  {
    what: "a group its schedules, the account's too",
    resources: {
      Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'game' } },
      Daily: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: { Name: 'daily', GroupName: { Ref: 'Group' }, ScheduleExpression: 'rate(1 day)', ...AT },
      },
    },
    async act({ core }) {
      const once = { Name: 'once', GroupName: 'game', ScheduleExpression: 'at(2031-01-01T00:00:00)', ...AT };
      await core.ask('scheduler', 'CreateSchedule', once);
      const daily = { Name: 'daily', GroupName: 'game', ScheduleExpression: 'rate(2 days)', ...AT };
      await core.ask('scheduler', 'UpdateSchedule', daily);
    },
    look: async ({ core }) => [
      await core.ask('scheduler', 'GetScheduleGroup', { Name: 'game' }),
      await core.ask('scheduler', 'GetSchedule', { Name: 'daily', groupName: 'game' }),
      await core.ask('scheduler', 'ListSchedules', {}),
    ],
  },
  {
    what: 'a rule that it is disabled',
    resources: {
      Rule: { Type: 'AWS::Events::Rule', Properties: { Name: 'serve', ScheduleExpression: 'rate(1 minute)' } },
    },
    act: async ({ core }) => void (await core.ask('events', 'DisableRule', { Name: 'serve' })),
    look: ({ core }) => core.ask('events', 'DescribeRule', { Name: 'serve' }),
  },
  {
    what: 'a rule when it is due',
    resources: {
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          Name: 'serve',
          ScheduleExpression: 'rate(2 minutes)',
          Targets: [{ Id: 'spawn', Arn: FUNCTION }],
        },
      },
    },
    act: ({ core }) => core.clock.advance(60_000),
    // At once when it begins anew.
    look: async ({ core }) => {
      const { length } = core.delivered;
      await core.clock.advance(10_000);
      return core.delivered.length - length;
    },
  },
];

/** A run that has the resources, whose last one cannot be made at the next start before another stack is back. */
async function ran({ resources, act, look }: Kept): Promise<{ template: object; before: unknown }> {
  const first = start();
  first.resume();
  const Needing = { Type: 'Arcade::Test::Box', DependsOn: Object.keys(resources) };
  const template = { Resources: { ...resources, Needing } };
  await first.stacks.deploy({ stackName: 'test', template });
  await first.stacks.deploy({
    stackName: 'other',
    template: { Resources: { Opener: { Type: 'Arcade::Test::Opener' } } },
  });
  await first.core.clock.advance(1000);
  await act(first);
  return { template, before: await look(first) };
}

describe('what outlives a start that brings the stack back at the second try only', () => {
  it.each(KEPT)('$what', async (kept) => {
    const { before } = await ran(kept);

    const second = start();
    second.world.broken.add('Needing');
    expect(await second.stacks.restore()).toEqual([]);
    second.resume();

    const done = second.core.hops('provision').map(({ action }) => action);
    expect(done).toContain('ROLLBACK_COMPLETE');
    expect(await kept.look(second)).toEqual(before);
  });

  it.each(KEPT)('$what, when that try is a deployment', async (kept) => {
    const { template, before } = await ran(kept);

    const second = start();
    await second.stacks.remove('other');
    second.world.broken.add('Needing');
    expect(await second.stacks.restore()).toHaveLength(1);
    second.resume();
    const deploy = () => second.stacks.deploy({ stackName: 'test', template });
    await expect(deploy()).rejects.toThrow('broken');
    second.world.broken.clear();
    await deploy();

    expect(await kept.look(second)).toEqual(before);
  });

  it('nothing that a failed deployment has made meanwhile', async () => {
    const group = (Name: string) => ({ Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name } });
    const none = { what: '', resources: { Old: group('old') }, act: async () => {}, look: async () => {} };
    const { template } = await ran(none);
    const Resources = { New: group('new'), ...(template as { Resources: object }).Resources };
    const second = start();
    await second.stacks.remove('other');
    second.world.broken.add('Needing');
    await second.stacks.restore();

    await expect(second.stacks.deploy({ stackName: 'test', template: { Resources } })).rejects.toThrow('broken');

    const groups = second.core.store.all(anyValues<{ name: string }>('scheduler/groups'));
    expect(groups.map(({ value }) => value.name)).toEqual(['old']);
  });
});
