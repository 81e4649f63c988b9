import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../packages/local-aws/testkit/index.ts';
import { type Progress, type ReplayParts, type ReplayWish, replay } from '../replay/replay.ts';

const attribute = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const queue = (name: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName: name } });
const rule = (name: string, pattern: object = {}) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Name: `games-local-${name}`,
    EventBusName: { Ref: 'Bus' },
    EventPattern: { source: ['games'], ...pattern },
    Targets: [{ Id: 'queue', Arn: attribute(`${name}Queue`) }],
  },
});
const TEMPLATE = {
  Resources: {
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'games-local' } },
    Archive: { Type: 'AWS::Events::Archive', Properties: { ArchiveName: 'games-local', SourceArn: attribute('Bus') } },
    collectionQueue: queue('collection'),
    rankingQueue: queue('ranking'),
    notifyQueue: queue('notify'),
    Open: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'collectionQueue' }, { Ref: 'rankingQueue' }, { Ref: 'notifyQueue' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: '*',
          },
        },
      },
    },
    Collection: rule('collection'),
    Ranking: rule('ranking'),
    Notify: rule('notify', { 'replay-name': [{ exists: false }] }),
  },
};

let aws: LocalAws;
let client: EventBridgeClient;
let said: string[];
let seen: Progress[];
let isStopped: boolean;
let deliveredTo: () => string[];

beforeEach(async () => {
  aws = await startLocalAws();
  client = new EventBridgeClient(aws.rootClientConfig);
  said = [];
  seen = [];
  isStopped = false;
  await aws.cloud.stacks.deploy({ stackName: 'games-local', template: TEMPLATE });
  const since = () => aws.journal().filter(({ kind, outcome }) => kind === 'delivery' && outcome === 'ok');
  deliveredTo = () => since().map(({ to = '' }) => to.slice(to.lastIndexOf(':') + 1));
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

const put = async (count: number) => {
  for (let first = 0; first < count; first += 10) {
    const Entries = Array.from({ length: Math.min(10, count - first) }, (_, index) => ({
      EventBusName: 'games-local',
      Source: 'games',
      DetailType: 'captured',
      Detail: JSON.stringify({ n: first + index }),
    }));
    await client.send(new PutEventsCommand({ Entries }));
  }
  await aws.idle();
};
const parts = (): ReplayParts => ({
  client,
  say: (text) => said.push(text),
  progress: (progress) => seen.push(progress),
  isStopped: () => isStopped,
  pause: (ms) => aws.advance(ms),
  now: () => aws.clock.now(),
});
const run = (wish: Partial<ReplayWish> = {}) =>
  replay(parts(), { service: 'games', stage: 'local', rules: ['collection', 'ranking'], pollMs: 250, ...wish });

describe('npm run replay', () => {
  it('brings what is archived to the rules that it names, shows how far it is, and says what it did', async () => {
    await put(120);
    await aws.advance(600_000);
    await put(30);
    await aws.advance(1000);
    const before = deliveredTo().length;

    await expect(run()).resolves.toBe(true);

    const again = deliveredTo().slice(before);
    expect(['collection', 'ranking', 'notify'].map((name) => again.filter((to) => to === name).length)).toEqual([
      150, 150, 0,
    ]);
    expect(seen.map(({ part }) => Math.round(part * 100) / 100)).toEqual([0, 0, 1, 1]);
    expect(said).toEqual([
      'Replaying the archive games-local to collection and ranking: events from 2030-01-01T00:00:00.000Z to ' +
        '2030-01-01T00:10:01.000Z, as games-local-20300101T001001Z.',
      expect.stringMatching(/^Done in \d s: the last event was of 2030-01-01T00:10:00.000Z\. /),
    ]);
  });

  it('takes a time and a rule, and says when there was nothing', async () => {
    await put(1);
    await aws.advance(1000);
    const before = deliveredTo().length;

    await run({ rules: ['games-local-ranking'], to: new Date('2030-01-01T00:00:01Z') });
    expect(deliveredTo().slice(before)).toEqual(['ranking']);
    await aws.advance(1000);
    await run({ from: new Date('2030-01-01T00:00:01Z') });

    expect(deliveredTo().slice(before)).toEqual(['ranking']);
    expect(said.at(-1)).toBe('Done: there was no event in that time.');
  });

  it('cancels the replay when it is stopped, and says how far it had come', async () => {
    await put(250);
    await aws.advance(1000);
    const before = deliveredTo().length;
    const pause = async (ms: number) => {
      await aws.advance(ms);
      isStopped = true;
    };
    const stopping = { ...parts(), pause };

    const done = await replay(stopping, { service: 'games', stage: 'local', rules: ['ranking'], pollMs: 250 });

    expect(done).toBe(false);
    expect(deliveredTo().slice(before)).toHaveLength(100);
    expect(said.slice(1)).toEqual([
      'Cancelling ...',
      'Cancelled: events up to 2030-01-01T00:00:00.000Z were replayed. It does no harm to replay them again.',
    ]);
  });

  it.each<[string, Partial<ReplayWish>, string]>([
    ['there is no archive', { stage: 'dev' }, "There is no archive 'games-dev': is the service deployed there?"],
    [
      'there is no such rule',
      { rules: ['world'] },
      "There is no rule 'world' on the bus games-local: those that take replays are collection, ranking.",
    ],
    ['a rule excludes replays', { rules: ['notify'] }, 'The rule notify excludes replayed events'],
    ['it would end before it begins', { to: new Date('2029-01-01T00:00:00Z') }, 'must be after the start'],
  ])('says so when %s, and starts nothing', async (_case, wish, message) => {
    await put(1);
    await aws.advance(1000);
    const before = deliveredTo().length;

    await expect(run(wish)).rejects.toThrow(message);

    await aws.advance(5000);
    expect(deliveredTo()).toHaveLength(before);
  });
});
