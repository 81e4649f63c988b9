import { compileService, overreachOf, type Template } from '@arcade/local-aws/testkit';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SERVICE_FOLDER, type Watched, watch } from './aws.ts';

const running: Watched[] = [];
afterEach(async () => {
  for (const { aws } of running.splice(0)) await aws.stop();
});

function propertiesOf({ Resources }: Template, logicalId: string) {
  const resource = Resources[logicalId];
  if (!resource) throw new Error(`the template has no ${logicalId}`);
  return resource.Properties;
}

async function logOf({ aws }: Watched, functionName: string): Promise<string> {
  const logs = new CloudWatchLogsClient(aws.rootClientConfig);
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${functionName}` }));
  logs.destroy();
  return events.map(({ message }) => message).join('\n');
}

describe('pong without sns:Publish', () => {
  it('stops the rally: AccessDenied names action, topic and role, in the journal and in the log', async () => {
    const transform = (template: Template) => {
      const [policy] = propertiesOf(template, 'PongIamRoleLambdaExecution').Policies;
      const { PolicyDocument } = policy;
      PolicyDocument.Statement = PolicyDocument.Statement.filter(
        ({ Action }: { Action: string | string[] }) => ![Action].flat().includes('sns:Publish'),
      );
    };
    const watched = await watch({}, { settings: { MISS_PROBABILITY: '0' }, transform });
    running.push(watched);
    const { aws, balls } = watched;

    await aws.advance(1000);

    expect(balls.map(({ detail }) => detail)).toEqual([{ rally: 1, stroke: 1, by: 'ping' }]);
    const denied = aws.journal().find(({ action, outcome }) => action === 'Publish' && outcome === 'error');
    const log = await logOf(watched, 'ping-pong-local-pong');
    const names = [
      'sns:Publish',
      'arn:aws:sns:eu-west-1:000000000000:ping-pong-local-pong',
      'ping-pong-local-pong-eu-west-1-lambdaRole',
    ];
    for (const name of names) {
      expect(denied?.error?.message).toContain(name);
      expect(log).toContain(name);
    }
  });
});

it('the roles allow nothing beyond what the functions do', async () => {
  const watched = await watch();
  running.push(watched);
  const own = {
    table: 'ping-pong-local-match',
    topic: 'ping-pong-local-announcements',
    queue: 'ping-pong-local-dead-letters',
  };

  for (const name of ['ping', 'pong', 'match', 'serve']) {
    expect([name, ...(await overreachOf(watched.aws, `ping-pong-local-${name}`, own))]).toEqual([name]);
  }
});

it('is not compiled with a param that no function could read', async () => {
  const compiling = compileService(SERVICE_FOLDER, { params: { maxRalliesPerServe: '0', missProbability: '15' } });

  await expect(compiling).rejects.toThrow(/MAX_RALLIES_PER_SERVE is '0': Too small: expected number to be >=1/);
  await expect(compiling).rejects.toThrow(/MISS_PROBABILITY is '15': Too big/);
});

describe('a template that lacks something', () => {
  it.each<[string, (template: Template) => void, RegExp]>([
    [
      "the topic's permission to invoke pong",
      ({ Resources }) => {
        delete Resources.PongLambdaPermissionPingSNS;
      },
      /PongSnsSubscriptionPing.*lambda:InvokeFunction.*ping-pong-local-pong/,
    ],
    [
      "the rule's permission to invoke ping",
      ({ Resources }) => {
        delete Resources.PingLambdaPermissionEventsRuleSchedule1;
      },
      /PingEventsRuleSchedule1.*lambda:InvokeFunction.*ping-pong-local-ping/,
    ],
    [
      "the queue's policy for the topics",
      ({ Resources }) => {
        delete Resources.DeadLetterQueuePolicy;
      },
      /(Ping|Pong)SnsSubscription.*sqs:SendMessage.*dead-letters/,
    ],
    [
      "a topic in the queue's policy",
      ({ Resources }) => {
        const { PingTopic, PongSnsSubscriptionPing: subscription, PongLambdaPermissionPingSNS: permission } = Resources;
        if (!PingTopic || !subscription || !permission) throw new Error('the template has no pong that hears ping');
        const ofOther = { Ref: 'OtherTopic' };
        Object.assign(Resources, {
          OtherTopic: { ...PingTopic, Properties: { TopicName: 'other' } },
          OtherPermission: { ...permission, Properties: { ...permission.Properties, SourceArn: ofOther } },
          OtherSubscription: { ...subscription, Properties: { ...subscription.Properties, TopicArn: ofOther } },
        });
      },
      /OtherSubscription.*sqs:SendMessage.*dead-letters/,
    ],
    [
      'the right spelling of a property',
      (template) => {
        propertiesOf(template, 'PingTopic').TopicNam = 'ping';
      },
      /PingTopic.*TopicNam/,
    ],
  ])('is refused when it is %s, by name', async (_what, transform, name) => {
    await expect(watch({}, { transform })).rejects.toThrow(name);
  });
});
