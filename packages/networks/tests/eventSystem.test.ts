// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders of Fn::Sub.
import { describe, expect, it } from '@jest/globals';
import { kindOf } from '../core/network.ts';
import { check, readTemplate } from '../index.ts';
import type { CloudFormationTemplate, Resource } from '../read/template.ts';
import { wireGraphOf } from '../wire/index.ts';

const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const lambda = (role = 'None'): Resource => ({ Type: 'AWS::Lambda::Function', Properties: { Role: arn(role) } });
const role = (...statements: [action: string | string[], resource: unknown][]): Resource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    Policies: [
      {
        PolicyDocument: {
          Statement: statements.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource })),
        },
      },
    ] as never,
  },
});
const rule = (pattern: unknown, ...targets: unknown[]): Resource => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    EventBusName: { Ref: 'GameBus' },
    EventPattern: pattern as never,
    Targets: targets.map((Arn, at) => ({
      Id: String(at),
      Arn,
      DeadLetterConfig: { Arn: arn('DeadLetters') },
    })) as never,
  },
});
const table: Resource = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  },
};
const integration = (call: string, by: string) => ({
  Type: 'AWS',
  Uri: { 'Fn::Sub': `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:${call}` },
  Credentials: arn(by),
});
const method = (HttpMethod: string, PathPart: string, made: object): Record<string, Resource> => ({
  [`Path${PathPart}`]: { Type: 'AWS::ApiGateway::Resource', Properties: { PathPart } },
  [`${HttpMethod}${PathPart}`]: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: { Ref: 'ApiGatewayRestApi' },
      ResourceId: { Ref: `Path${PathPart}` },
      HttpMethod,
      Integration: made as never,
    },
  },
});
const uriOf = (id: string) => ({
  'Fn::Join': ['', ['arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/', arn(id), '/invocations']],
});
const route = (RouteKey: string, id: string): Record<string, Resource> => ({
  [`Route${id}`]: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: { Ref: 'WebsocketsApi' },
      RouteKey,
      Target: { 'Fn::Join': ['/', ['integrations', { Ref: `Integration${id}` }]] },
    },
  },
  [`Integration${id}`]: { Type: 'AWS::ApiGatewayV2::Integration', Properties: { IntegrationUri: uriOf(id) } },
});

const consumers = ['Collection', 'World', 'Notify', 'Ranking'];

/** A game on an event bus, with a resource of each type that such a system is made of. */
const Resources: Record<string, Resource> = {
  ApiGatewayRestApi: { Type: 'AWS::ApiGateway::RestApi' },
  Authorizer: {
    Type: 'AWS::ApiGateway::Authorizer',
    Properties: {
      RestApiId: { Ref: 'ApiGatewayRestApi' },
      ProviderARNs: ['arn:aws:cognito-idp:eu-west-1:111111111111:userpool/eu-west-1_abc'],
    },
  },
  ...method('POST', 'captures', integration('events:action/PutEvents', 'PutRole')),
  PutRole: role(['events:PutEvents', arn('GameBus')]),
  ...method('GET', 'world', integration('dynamodb:action/Query', 'QueryRole')),
  QueryRole: role(['dynamodb:Query', arn('FakemonTable')]),
  WebsocketsApi: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'WEBSOCKET' } },
  SocketAuthorizer: {
    Type: 'AWS::ApiGatewayV2::Authorizer',
    Properties: {
      ApiId: { Ref: 'WebsocketsApi' },
      AuthorizerType: 'REQUEST',
      AuthorizerUri: uriOf('AuthorizeLambdaFunction'),
    },
  },
  AuthorizeLambdaFunction: lambda(),
  ...route('$connect', 'ConnectLambdaFunction'),
  ConnectLambdaFunction: lambda('ConnectRole'),
  ConnectRole: role(['dynamodb:PutItem', arn('ConnectionsTable')]),
  GameBus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'game' } },
  OnAttempt: rule({ 'detail-type': ['capture_attempt'] }, arn('CaptureLambdaFunction')),
  CaptureLambdaFunction: lambda('CaptureRole'),
  CaptureRole: role(
    ['dynamodb:UpdateItem', arn('FakemonTable')],
    ['events:PutEvents', arn('GameBus')],
    ['secretsmanager:GetSecretValue', { Ref: 'SaltSecret' }],
  ),
  FakemonTable: table,
  ConnectionsTable: table,
  CollectionTable: table,
  RankingTable: table,
  ...Object.fromEntries(
    consumers.map((name) => [
      `On${name}`,
      rule({ 'detail-type': ['capture_succeeded'] }, arn(`${name}LambdaFunction`)),
    ]),
  ),
  CollectionLambdaFunction: lambda('CollectionRole'),
  CollectionRole: role(['dynamodb:UpdateItem', arn('CollectionTable')]),
  RankingLambdaFunction: lambda('RankingRole'),
  RankingRole: role(['dynamodb:UpdateItem', arn('RankingTable')]),
  WorldLambdaFunction: lambda('TellRole'),
  NotifyLambdaFunction: lambda('TellRole'),
  TellRole: role(
    ['execute-api:ManageConnections', { 'Fn::Sub': 'arn:aws:execute-api:*:*:${WebsocketsApi}/*' }],
    ['dynamodb:Query', arn('ConnectionsTable')],
  ),
  Audit: rule(
    { source: [{ prefix: '' }] },
    {
      'Fn::Sub': 'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${AuditLogGroup}',
    },
  ),
  AuditLogGroup: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/aws/events/game' } },
  CaptureLogGroup: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/aws/lambda/game-capture' } },
  AccessLogGroup: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/game/access' } },
  ToPartner: rule({ 'detail-type': ['capture_succeeded'] }, arn('PartnerDestination')),
  PartnerDestination: {
    Type: 'AWS::Events::ApiDestination',
    Properties: { InvocationEndpoint: 'https://partner.example/hook', ConnectionArn: arn('PartnerConnection') },
  },
  PartnerConnection: { Type: 'AWS::Events::Connection' },
  PartnerSecret: { Type: 'AWS::SecretsManager::Secret' },
  SaltSecret: { Type: 'AWS::SecretsManager::Secret' },
  GameArchive: { Type: 'AWS::Events::Archive', Properties: { SourceArn: arn('GameBus') } },
  OnAlarm: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['aws.cloudwatch'] },
      Targets: [{ Id: 'bus', Arn: arn('GameBus') }] as never,
    },
  },
  SpawnSchedule: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: { ScheduleExpression: 'rate(1 minute)', Target: { Arn: arn('SpawnLambdaFunction') } },
  },
  SpawnLambdaFunction: lambda('SpawnRole'),
  SpawnRole: role(['dynamodb:PutItem', arn('FakemonTable')], ['events:PutEvents', arn('GameBus')]),
  DeadLetters: { Type: 'AWS::SQS::Queue' },
  RedriveQueue: { Type: 'AWS::SQS::Queue' },
  RedrivePipe: {
    Type: 'AWS::Pipes::Pipe',
    Properties: {
      Source: arn('RedriveQueue'),
      Target: arn('GameBus'),
      SourceParameters: { FilterCriteria: { Filters: [{ Pattern: '{"body":{"kind":["event"]}}' }] } } as never,
    },
  },
  GameRegistry: { Type: 'AWS::EventSchemas::Registry' },
};
const game: CloudFormationTemplate = { Resources };

const names = (template: CloudFormationTemplate): Record<string, string[]> => {
  const byKind: Record<string, string[]> = {};
  for (const node of Object.values(readTemplate(template).network.nodes))
    byKind[kindOf(node)] = [...(byKind[kindOf(node)] ?? []), node.kind === 'open' ? `open ${node.name}` : node.name];
  return byKind;
};

describe('a system on an event bus', () => {
  it('has a node for what is delivered to, kept, asked and piped; none for schemas, connections and what nothing here has to do with', () => {
    expect(names(game)).toMatchObject({
      bus: ['open defaultBus', 'gameBus'],
      archive: ['gameArchive'],
      log: ['audit'],
      external: ['partnerDestination'],
      pipe: ['redrivePipe'],
      queue: ['redriveQueue'],
      secret: ['salt'],
      users: ['open userPool'],
      schedule: ['spawnSchedule'],
    });
  });

  it('reads what each does to which', () => {
    expect(Object.keys(readTemplate(game).network.edges)).toEqual(
      expect.arrayContaining([
        'capture publishes gameBus',
        'capture reads salt',
        'capture writes fakemon UpdateItem',
        'defaultBus publishes gameBus {"source":["aws.cloudwatch"]}',
        'gameBus calls partnerDestination {"detail-type":["capture_succeeded"]}',
        'gameBus triggers capture {"detail-type":["capture_attempt"]}',
        'gameBus writes audit {"source":[{"prefix":""}]}',
        'gameBus writes gameArchive',
        'redriveQueue triggers redrivePipe',
        'redrivePipe publishes gameBus',
        'restApi calls userPool',
        'restApi publishes gameBus POST /captures',
        'restApi reads fakemon GET /world Query',
        'spawnSchedule triggers spawn',
        'webSockets calls authorize',
        'webSockets triggers connect $connect',
        'world calls webSockets',
      ]),
    );
  });

  it('has no findings but for its open ends, the cycle over the bus, which somebody must bound, and the queue that people fill', () => {
    const found = check(readTemplate(game).network).map(({ rule: name, node }) => `${name} ${node}`);

    expect(found).toEqual([
      'cycle-unbounded capture',
      'open-end defaultBus',
      'node-unreached redriveQueue',
      'open-end userPool',
    ]);
  });

  it('gives the bus the logical ids of its rules, the account’s own too, and each node those of its resource', () => {
    const { logicalIds, failures } = readTemplate(game);

    expect(logicalIds.get('gameBus')).toEqual([
      'GameBus',
      'OnAttempt',
      ...consumers.map((name) => `On${name}`),
      'Audit',
      'ToPartner',
    ]);
    expect(logicalIds.get('defaultBus')).toEqual(['OnAlarm']);
    expect(logicalIds.get('redrivePipe')).toEqual(['RedrivePipe']);
    expect(failures).toEqual([{ from: 'gameBus', to: 'deadLetters', kind: 'queue' }]);
  });

  it('has a node for a queue of dead letters that a pipe reads: it is more than what failed', () => {
    const piped = {
      ...Resources,
      RedrivePipe: { ...Resources.RedrivePipe, Properties: { Source: arn('DeadLetters') } },
    };

    expect(names({ Resources: piped as never }).queue).toEqual(['deadLetters', 'redriveQueue']);
  });

  it('is drawn with what is sent as events, to partners too, and a rule for all as what it is', async () => {
    const { edges } = await wireGraphOf(game, { service: 'game' });
    const edge = (to: string) => edges.find((one) => one.from === 'gameBus' && one.to === to);

    expect(edge('partnerDestination')).toMatchObject({ line: 'event', label: 'capture_succeeded' });
    expect(edge('audit')).toMatchObject({ line: 'data', label: 'everything' });
  });

  it('fits in a strip', async () => {
    const { width, height, nodes } = await wireGraphOf(game, { service: 'game' });

    expect(nodes.length).toBeGreaterThan(24);
    expect(width).toBeLessThanOrEqual(1200);
    expect(height).toBeLessThanOrEqual(210);
  });
});

describe('who may sign in', () => {
  const identity: CloudFormationTemplate = {
    Resources: {
      PlayersUserPool: {
        Type: 'AWS::Cognito::UserPool',
        Properties: {
          LambdaConfig: {
            PostConfirmation: arn('WelcomeLambdaFunction'),
            PreTokenGenerationConfig: { LambdaArn: arn('WelcomeLambdaFunction'), LambdaVersion: 'V2_0' },
          },
        },
      },
      WelcomeLambdaFunction: lambda('WelcomeRole'),
      WelcomeRole: { Type: 'AWS::IAM::Role' },
      WelcomePolicy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          Roles: [{ Ref: 'WelcomeRole' }],
          PolicyDocument: {
            Statement: [
              { Effect: 'Allow', Action: 'cognito-idp:AdminAddUserToGroup', Resource: arn('PlayersUserPool') },
            ],
          },
        },
      },
      Managers: { Type: 'AWS::Cognito::UserPoolGroup', Properties: { RoleArn: arn('ManagerRole') } },
      ManagerRole: role(
        ['cognito-idp:ListUsers', arn('PlayersUserPool')],
        ['dynamodb:Scan', arn('GamesTable')],
        ['execute-api:Invoke', { 'Fn::Sub': 'arn:aws:execute-api:*:*:${ApiGatewayRestApi}/*' }],
      ),
      ReportLambdaFunction: lambda('ReportRole'),
      ReportRole: role(['cognito-idp:ListUsers', 'arn:aws:cognito-idp:eu-west-1:111111111111:userpool/eu-west-1_abc']),
      PlayerRole: role(['lambda:InvokeFunction', arn('WelcomeLambdaFunction')]),
      GamesTable: table,
      ApiGatewayRestApi: { Type: 'AWS::ApiGateway::RestApi' },
      ArcadeIdentityPool: {
        Type: 'AWS::Cognito::IdentityPool',
        Properties: {
          CognitoIdentityProviders: [{ ProviderName: { 'Fn::GetAtt': ['PlayersUserPool', 'ProviderName'] } }],
        },
      },
      Roles: {
        Type: 'AWS::Cognito::IdentityPoolRoleAttachment',
        Properties: { IdentityPoolId: { Ref: 'ArcadeIdentityPool' }, Roles: { authenticated: arn('PlayerRole') } },
      },
    },
  };

  it('calls a pool’s triggers, and what the roles of its groups and of the identity pool allow', () => {
    expect(Object.keys(readTemplate(identity).network.edges)).toEqual([
      'arcade calls players',
      'arcade calls restApi',
      'arcade calls welcome',
      'arcade reads games Scan',
      'players triggers welcome PostConfirmation',
      'players triggers welcome PreTokenGeneration',
      'report calls userPool',
      'welcome calls players',
    ]);
  });

  it('is no cycle where a trigger tells the pool of a group: that calls no trigger', () => {
    expect(check(readTemplate(identity).network).map(({ rule: name, node }) => `${name} ${node}`)).toEqual([
      'function-untriggered report',
      'open-end userPool',
    ]);
  });
});
