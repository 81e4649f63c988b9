import { describe, expect, it } from '@jest/globals';
import { kindOf } from '../core/network.ts';
import { failuresOf, func, overlay, queue, readTemplate } from '../index.ts';
import type { CloudFormationTemplate, Resource } from '../read/template.ts';

const getAtt = (id: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [id, attribute] });

const lambda = (role = 'SomeRole', variables: Record<string, string> = {}): Resource => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Role: getAtt(role), Environment: { Variables: variables } },
});

const role = (...statements: { Action: string | string[]; Resource: unknown }[]): Resource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    Policies: [{ PolicyDocument: { Statement: statements.map((one) => ({ Effect: 'Allow', ...one })) } }] as never,
  },
});

const edgesOf = (Resources: CloudFormationTemplate['Resources']): string[] =>
  Object.keys(readTemplate({ Resources }).network.edges);

const nodesOf = (Resources: CloudFormationTemplate['Resources']): string[] =>
  Object.values(readTemplate({ Resources }).network.nodes).map(
    (node) => `${node.kind === 'open' ? 'open ' : ''}${kindOf(node)} ${node.name}`,
  );

const game: Resource = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName: 'game-dev',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  },
};

describe('the names of what is read', () => {
  it('are short, unless two would share one', () => {
    expect(
      nodesOf({
        PingLambdaFunction: lambda(),
        PingTopic: { Type: 'AWS::SNS::Topic' },
        NewsTopic: { Type: 'AWS::SNS::Topic' },
        ApiGatewayRestApi: { Type: 'AWS::ApiGateway::RestApi' },
      }),
    ).toEqual(['topic news', 'function ping', 'topic pingTopic', 'http restApi']);
  });
});

describe('queues of failures', () => {
  const queues = {
    Jobs: {
      Type: 'AWS::SQS::Queue',
      Properties: { RedrivePolicy: { deadLetterTargetArn: getAtt('Dead'), maxReceiveCount: 3 } },
    },
    Dead: { Type: 'AWS::SQS::Queue' },
  };

  it('belong to what they serve', () => {
    expect(readTemplate({ Resources: queues }).network.nodes).toMatchObject({
      jobs: { settings: { maxReceiveCount: 3 } },
    });
    expect(nodesOf(queues)).toEqual(['queue jobs']);
  });

  it('are nodes when something reads them', () => {
    const mapping = {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: getAtt('Dead'), FunctionName: getAtt('RedriveLambdaFunction') },
    };

    expect(edgesOf({ ...queues, RedriveLambdaFunction: lambda(), Mapping: mapping })).toEqual([
      'dead triggers redrive',
    ]);
  });
});

describe('what a role allows', () => {
  it('is read from references, joins, substitutions and physical names alike', () => {
    const read = (Resource: unknown) =>
      edgesOf({ FLambdaFunction: lambda('R'), R: role({ Action: 'dynamodb:GetItem', Resource }), Game: game });

    for (const resource of [
      getAtt('Game'),
      { 'Fn::Sub': `\${Game.Arn}` },
      { 'Fn::Join': [':', ['arn:aws:dynamodb', { Ref: 'AWS::Region' }, { Ref: 'AWS::AccountId' }, 'table/game-dev']] },
      { 'Fn::Sub': `arn:aws:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/game-dev` },
    ]) {
      expect(read(resource)).toEqual(['f reads game GetItem']);
    }
  });

  it('tells an index from its table', () => {
    const index = { 'Fn::Join': ['', [getAtt('Game'), '/index/Masked']] };

    expect(
      edgesOf({ FLambdaFunction: lambda('R'), R: role({ Action: ['dynamodb:Query'], Resource: [index] }), Game: game }),
    ).toEqual(['f reads game Query Masked']);
  });

  it('spells out wildcards', () => {
    expect(
      edgesOf({
        FLambdaFunction: lambda('R'),
        R: role({ Action: 'dynamodb:*Item', Resource: getAtt('Game') }),
        Game: game,
      }),
    ).toEqual([
      'f reads game BatchGetItem',
      'f reads game ConditionCheckItem',
      'f reads game GetItem',
      'f writes game BatchWriteItem',
      'f writes game DeleteItem',
      'f writes game PutItem',
      'f writes game UpdateItem',
    ]);
  });

  it('ends in an open end where another stack holds the resource', () => {
    const resources = {
      FLambdaFunction: lambda('R'),
      R: role({ Action: 'sns:Publish', Resource: 'arn:aws:sns:eu-west-1:000000000000:lobby-dev-feed' }),
    };

    expect(nodesOf(resources)).toEqual(['function f', 'open topic lobbyDevFeed']);
    expect(edgesOf(resources)).toEqual(['f publishes lobbyDevFeed']);
  });

  it('is not invented: a denial, and a variable without a permission, are no edges', () => {
    const denied: Resource = {
      Type: 'AWS::IAM::Role',
      Properties: {
        Policies: [
          { PolicyDocument: { Statement: [{ Effect: 'Deny', Action: 'dynamodb:GetItem', Resource: getAtt('Game') }] } },
        ] as never,
      },
    };

    expect(edgesOf({ FLambdaFunction: lambda('R', { TABLE_NAME: 'game-dev' }), R: denied, Game: game })).toEqual([]);
  });
});

describe('addresses in the environment', () => {
  it('are external services', () => {
    const resources = { FLambdaFunction: lambda('R', { VENDOR_URL: 'https://bulbs.example.com', LOG_LEVEL: 'info' }) };

    expect(edgesOf(resources)).toEqual(['f calls vendor']);
    expect(readTemplate({ Resources: resources }).network.nodes.vendor?.settings).toEqual({
      url: 'https://bulbs.example.com',
    });
  });
});

describe('events', () => {
  it('are read from rules of a bus, with their patterns', () => {
    const rule: Resource = {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: { Ref: 'FakemonBus' },
        EventPattern: { 'detail-type': ['capture'] },
        Targets: [
          { Id: 'a', Arn: getAtt('CaptureLambdaFunction') },
          { Id: 'b', Arn: getAtt('AuditQueue') },
        ] as never,
      },
    };

    expect(
      edgesOf({
        FakemonBus: { Type: 'AWS::Events::EventBus' },
        CaptureLambdaFunction: lambda(),
        AuditQueue: { Type: 'AWS::SQS::Queue' },
        R: rule,
      }),
    ).toEqual([
      'fakemon sends audit {"detail-type":["capture"]}',
      'fakemon triggers capture {"detail-type":["capture"]}',
    ]);
  });

  it('are read from rules of a bus that another stack holds, under whatever name', () => {
    const rule = (EventBusName?: string): Resource => ({
      Type: 'AWS::Events::Rule',
      Properties: {
        ...(EventBusName === undefined ? {} : { EventBusName }),
        EventPattern: { source: ['shop'] },
        Targets: [{ Id: 'a', Arn: getAtt('HearLambdaFunction') }] as never,
      },
    });

    expect(nodesOf({ HearLambdaFunction: lambda(), R: rule(), S: rule('arcade-dev.events') })).toEqual([
      'open bus arcadeDevEventsBus',
      'open bus defaultBus',
      'function hear',
    ]);
  });

  it('are read from schedules, whatever they reach', () => {
    const schedule = (target: string): Resource => ({
      Type: 'AWS::Scheduler::Schedule',
      Properties: { ScheduleExpression: 'rate(1 minute)', Target: { Arn: getAtt(target), Input: '{"a":1}' } },
    });

    expect(
      edgesOf({
        HearLambdaFunction: lambda(),
        JobsQueue: { Type: 'AWS::SQS::Queue' },
        FakemonBus: { Type: 'AWS::Events::EventBus' },
        ToFunction: schedule('HearLambdaFunction'),
        ToQueue: schedule('JobsQueue'),
        ToBus: schedule('FakemonBus'),
      }),
    ).toEqual(['toBus publishes fakemon', 'toFunction triggers hear', 'toQueue sends jobs']);
  });

  it('are read from inline subscriptions, streams and WebSocket routes', () => {
    const resources: Record<string, Resource> = {
      NewsTopic: {
        Type: 'AWS::SNS::Topic',
        Properties: { Subscription: [{ Protocol: 'lambda', Endpoint: getAtt('HearLambdaFunction') }] as never },
      },
      HearLambdaFunction: lambda(),
      ScoresStream: { Type: 'AWS::Kinesis::Stream', Properties: { ShardCount: 1 } },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: getAtt('ScoresStream'),
          FunctionName: getAtt('HearLambdaFunction'),
          StartingPosition: 'LATEST',
          BatchSize: 50,
        },
      },
      WebsocketsApi: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'WEBSOCKET' } },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: { IntegrationUri: getAtt('HearLambdaFunction') },
      },
      Route: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          ApiId: { Ref: 'WebsocketsApi' },
          RouteKey: '$connect',
          Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
        },
      },
    };

    expect(edgesOf(resources)).toEqual([
      'news triggers hear',
      'scores triggers hear',
      'webSockets triggers hear $connect',
    ]);
    expect(readTemplate({ Resources: resources }).network.edges['scores triggers hear']?.settings).toEqual({
      batchSize: 50,
      startingPosition: 'LATEST',
    });
  });
});

describe('REST APIs', () => {
  const api = (integration: Record<string, unknown>): Record<string, Resource> => ({
    ApiGatewayRestApi: { Type: 'AWS::ApiGateway::RestApi' },
    Scores: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { ParentId: getAtt('ApiGatewayRestApi', 'RootResourceId'), PathPart: 'scores' },
    },
    Score: { Type: 'AWS::ApiGateway::Resource', Properties: { ParentId: { Ref: 'Scores' }, PathPart: '{id}' } },
    Method: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'ApiGatewayRestApi' },
        ResourceId: { Ref: 'Score' },
        HttpMethod: 'GET',
        Integration: integration as never,
      },
    },
    Game: game,
  });

  it('reach a function through its proxy', () => {
    const uri = {
      'Fn::Join': [
        '',
        ['arn:aws:apigateway:eu-west-1:lambda:path/functions/', getAtt('ShowLambdaFunction'), '/invocations'],
      ],
    };

    expect(edgesOf({ ...api({ Type: 'AWS_PROXY', Uri: uri }), ShowLambdaFunction: lambda() })).toEqual([
      'restApi triggers show GET /scores/{id}',
    ]);
  });

  it('reach a service directly: the URI tells the call, the role the resource', () => {
    const resources = {
      ...api({
        Type: 'AWS',
        Uri: { 'Fn::Sub': `arn:aws:apigateway:\${AWS::Region}:dynamodb:action/GetItem` },
        Credentials: getAtt('ApiRole'),
      }),
      ApiRole: role({ Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: getAtt('Game') }),
    };

    expect(edgesOf(resources)).toEqual(['restApi reads game GET /scores/{id} GetItem']);
  });

  it('have no edge for a mock', () => {
    expect(edgesOf(api({ Type: 'MOCK' }))).toEqual([]);
  });
});

describe('the ways of what failed', () => {
  const into = (target: unknown) => ({ OnFailure: { Destination: target } }) as never;

  const failing: CloudFormationTemplate['Resources'] = {
    FailedQueue: { Type: 'AWS::SQS::Queue' },
    OrdersQueue: {
      Type: 'AWS::SQS::Queue',
      Properties: { RedrivePolicy: { deadLetterTargetArn: getAtt('FailedQueue'), maxReceiveCount: 5 } },
    },
    NewsTopic: { Type: 'AWS::SNS::Topic' },
    NewsSubscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: { Ref: 'NewsTopic' },
        Protocol: 'lambda',
        Endpoint: getAtt('PackLambdaFunction'),
        RedrivePolicy: { deadLetterTargetArn: getAtt('FailedQueue') },
      },
    },
    PackLambdaFunction: lambda(),
    PackLambdaEvConf: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: { FunctionName: { Ref: 'PackLambdaFunction' }, DestinationConfig: into(getAtt('FailedQueue')) },
    },
    Clock: {
      Type: 'AWS::Events::Rule',
      Properties: {
        ScheduleExpression: 'rate(1 day)',
        Targets: [
          { Arn: getAtt('PackLambdaFunction'), DeadLetterConfig: { Arn: getAtt('FailedQueue') } },
          { Arn: getAtt('OrdersQueue'), DeadLetterConfig: { Arn: getAtt('FailedQueue') } },
        ],
      },
    },
  };

  it('lead from queues, topics, functions and schedules to queues that are no nodes, each once', () => {
    const { network: read, failures, logicalIds } = readTemplate({ Resources: failing });

    expect(failures.map(({ from, to, kind }) => `${from} to the ${kind} ${to}`)).toEqual([
      'orders to the queue failedQueue',
      'news to the queue failedQueue',
      'pack to the queue failedQueue',
      'clock to the queue failedQueue',
    ]);
    expect(Object.keys(read.nodes)).toEqual(['clock', 'news', 'orders', 'pack']);
    expect(logicalIds.get('failedQueue')).toEqual(['FailedQueue']);
  });

  it('lead to a node where something reads it', () => {
    const mend: CloudFormationTemplate['Resources'] = {
      MendLambdaFunction: lambda(),
      MendMapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: getAtt('FailedQueue'), FunctionName: { Ref: 'MendLambdaFunction' } },
      },
    };

    const { network: read, failures } = readTemplate({ Resources: { ...failing, ...mend } });

    expect(read.nodes.failed?.kind).toBe('queue');
    expect(failures.map(({ to }) => to)).toEqual(['failed', 'failed', 'failed', 'failed']);
  });

  it('are those that compile makes, for a network that is not yet a template', () => {
    const shop = overlay(queue('orders').triggers(func('pack')), func('pack').calls(func('tell'), { async: true }));

    expect(failuresOf(shop).map(({ from, to }) => `${from} to ${to}`)).toEqual([
      'orders to ordersDeadLetterQueue',
      'tell to tellFailureQueue',
    ]);
  });
});

describe('the themes of a template', () => {
  it('are in its metadata, by the names of nodes', () => {
    const { nodes } = readTemplate({
      Resources: { OrdersQueue: { Type: 'AWS::SQS::Queue' }, PackLambdaFunction: lambda() },
      Metadata: { Themes: { front: ['orders'], back: ['orders', 'pack', 'nobody'] } },
    }).network;

    expect([nodes.orders?.settings, nodes.pack?.settings]).toEqual([{ theme: ['back', 'front'] }, { theme: 'back' }]);
  });
});
