import { expect, it } from '@jest/globals';
import { createGraphs, type GraphParts } from '../graphs.ts';

it('keeps a network that is laid out when that of an earlier template turns out to be none', async () => {
  let template: unknown = null;
  const stack = { stackName: 'shop', resources: [] } as unknown as ReturnType<GraphParts['stacks']['get']>;
  const stacks = { get: () => stack, templateOf: () => template } as unknown as GraphParts['stacks'];
  const graphs = createGraphs({ stacks, stageOf: () => undefined, roleOf: () => undefined });

  const broken = expect(graphs.of('shop')).rejects.toThrow();
  template = { Resources: { OrdersQueue: { Type: 'AWS::SQS::Queue' } } };
  const laidOut = await graphs.of('shop');
  await broken;

  expect(laidOut?.nodes.length).toBe(1);
  expect((await graphs.of('shop'))?.edges).toBe(laidOut?.edges);
});

it('draws what a condition has let be made, and not what it has left out', async () => {
  const queue = (Condition?: string) => ({ Type: 'AWS::SQS::Queue', ...(Condition && { Condition }) });
  const template = { Resources: { OrdersQueue: queue(), MadeQueue: queue('Yes'), LeftOutQueue: queue('No') } };
  const made = ['OrdersQueue', 'MadeQueue'].map((logicalId) => ({
    logicalId,
    type: 'AWS::SQS::Queue',
    physicalId: logicalId,
    attributes: {},
  }));
  const stack = { stackName: 'shop', resources: made } as unknown as ReturnType<GraphParts['stacks']['get']>;
  const stacks = { get: () => stack, templateOf: () => template } as unknown as GraphParts['stacks'];

  const graph = await createGraphs({ stacks, stageOf: () => undefined, roleOf: () => undefined }).of('shop');

  expect(graph?.nodes.flatMap(({ logicalIds }) => logicalIds).sort()).toEqual(['MadeQueue', 'OrdersQueue']);
});

it('leads from one stack to what another holds, by its ARN, and names both as they run', async () => {
  const newsArn = 'arn:aws:sns:eu-west-1:000000000000:paper-local-News';
  const templates: Record<string, unknown> = {
    'paper-local': { Resources: { NewsTopic: { Type: 'AWS::SNS::Topic' } } },
    'reader-local': {
      Resources: {
        LetterQueue: { Type: 'AWS::SQS::Queue' },
        Subscription: {
          Type: 'AWS::SNS::Subscription',
          Properties: { TopicArn: newsArn, Protocol: 'sqs', Endpoint: { 'Fn::GetAtt': ['LetterQueue', 'Arn'] } },
        },
      },
    },
  };
  const resourceOf = (logicalId: string, type: string, arn: string) => ({
    logicalId,
    type,
    physicalId: arn,
    attributes: { Arn: arn },
  });
  const stackOf = (stackName: string, ...resources: ReturnType<typeof resourceOf>[]) => ({ stackName, resources });
  const stacks = {
    list: () => [
      stackOf(
        'reader-local',
        resourceOf('LetterQueue', 'AWS::SQS::Queue', 'arn:aws:sqs:eu-west-1:000000000000:letters'),
        resourceOf('Subscription', 'AWS::SNS::Subscription', `${newsArn}:1`),
      ),
      stackOf('paper-local', resourceOf('NewsTopic', 'AWS::SNS::Topic', newsArn)),
    ],
    templateOf: (stackName: string) => templates[stackName],
  } as unknown as GraphParts['stacks'];
  const graphs = createGraphs({ stacks, stageOf: () => undefined, roleOf: () => undefined });

  const floor = await graphs.floor();

  expect(floor.services.map(({ service }) => service)).toEqual(['paper', 'reader']);
  expect(floor.nodes.map(({ id, arns }) => [id, arns])).toEqual([
    ['paper/news', [newsArn]],
    ['reader/letter', ['arn:aws:sqs:eu-west-1:000000000000:letters']],
  ]);
  expect(floor.edges.map(({ from, to, service }) => [from, to, service])).toEqual([
    ['paper/news', 'reader/letter', undefined],
  ]);
  expect((await graphs.floor()).edges).toBe(floor.edges);
  templates['paper-local'] = { Resources: { NewsTopic: { Type: 'AWS::SNS::Topic' }, Q: { Type: 'AWS::SQS::Queue' } } };
  expect((await graphs.floor()).edges).not.toBe(floor.edges);
});
