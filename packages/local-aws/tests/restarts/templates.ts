// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Fn::Sub's own placeholders.
const attribute = (id: string, name = 'Arn') => ({ 'Fn::GetAtt': [id, name] });
const ref = (Ref: string) => ({ Ref });
const resource = (Type: string, Properties: object = {}, more: object = {}) => ({ Type, Properties, ...more });
const allow = (Action: string | string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource });

/** A queue whose ARN is exported, and on which each minute of the other stack is counted. */
export const CLOCK = {
  Resources: {
    Ticks: resource('AWS::SQS::Queue', { QueueName: 'ticks' }),
    TicksPolicy: resource('AWS::SQS::QueuePolicy', {
      Queues: [ref('Ticks')],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: {
          ...allow('sqs:SendMessage', attribute('Ticks')),
          Principal: { Service: 'events.amazonaws.com' },
        },
      },
    }),
  },
  Outputs: { Ticks: { Value: attribute('Ticks'), Export: { Name: 'ticks-arn' } } },
};

const httpApi = {
  Http: resource('AWS::ApiGatewayV2::Api', { Name: 'http', ProtocolType: 'HTTP' }),
  HttpStage: resource('AWS::ApiGatewayV2::Stage', { ApiId: ref('Http'), StageName: '$default', AutoDeploy: true }),
  HttpIntegration: resource('AWS::ApiGatewayV2::Integration', {
    ApiId: ref('Http'),
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: attribute('Answer'),
    PayloadFormatVersion: '2.0',
  }),
  HttpRoute: resource('AWS::ApiGatewayV2::Route', {
    ApiId: ref('Http'),
    RouteKey: 'GET /door',
    Target: { 'Fn::Sub': 'integrations/${HttpIntegration}' },
  }),
};

const socketApi = {
  Socket: resource('AWS::ApiGatewayV2::Api', {
    Name: 'socket',
    ProtocolType: 'WEBSOCKET',
    RouteSelectionExpression: '$request.body.action',
  }),
  SocketIntegration: resource('AWS::ApiGatewayV2::Integration', {
    ApiId: ref('Socket'),
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: attribute('Answer'),
  }),
  SocketRoute: resource('AWS::ApiGatewayV2::Route', {
    ApiId: ref('Socket'),
    RouteKey: '$connect',
    Target: { 'Fn::Sub': 'integrations/${SocketIntegration}' },
  }),
  SocketDeployment: resource('AWS::ApiGatewayV2::Deployment', { ApiId: ref('Socket') }, { DependsOn: ['SocketRoute'] }),
  SocketStage: resource('AWS::ApiGatewayV2::Stage', {
    ApiId: ref('Socket'),
    StageName: 'local',
    DeploymentId: ref('SocketDeployment'),
  }),
};

const permissionOf = (api: string) =>
  resource('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: ref('Answer'),
    Principal: 'apigateway.amazonaws.com',
    SourceArn: { 'Fn::Sub': `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${api}}/*` },
  });

/**
 * One of each kind: a stream, a parameter, a bus with an archive, a registry with a schema, a generated secret and who uses it, an HTTP and a WebSocket API, a FIFO queue that feeds the function, a table and a queue that outlive the
 * stack, a schedule whose target another stack exports, and a bus with a rule.
 */
export const HOUSE = {
  Resources: {
    Role: resource('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      },
      Policies: [
        {
          PolicyName: 'reads',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: allow(
              ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
              attribute('Orders'),
            ),
          },
        },
      ],
    }),
    Answer: resource('AWS::Lambda::Function', {
      Handler: 'answer.handler',
      Runtime: 'nodejs24.x',
      Role: attribute('Role'),
      Code: {},
    }),
    ...httpApi,
    HttpPermission: permissionOf('Http'),
    ...socketApi,
    SocketPermission: permissionOf('Socket'),
    Orders: resource('AWS::SQS::Queue', { FifoQueue: true, ContentBasedDeduplication: true }),
    OrdersToAnswer: resource('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: attribute('Orders'),
      FunctionName: ref('Answer'),
    }),
    Treasure: resource('AWS::SQS::Queue', { QueueName: 'treasure' }, { DeletionPolicy: 'Retain' }),
    Rows: resource('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
    Post: resource('AWS::Kinesis::Stream', { Name: 'post', ShardCount: 2 }),
    Notice: resource('AWS::SSM::Parameter', { Name: '/house/notice', Type: 'String', Value: 'closed' }),
    Bus: resource('AWS::Events::EventBus', { Name: 'house' }),
    OnBus: resource('AWS::Events::Rule', {
      EventBusName: ref('Bus'),
      EventPattern: { source: ['door'] },
      Targets: [{ Id: 'ticks', Arn: { 'Fn::ImportValue': 'ticks-arn' } }],
    }),
    Archive: resource('AWS::Events::Archive', { ArchiveName: 'house', SourceArn: attribute('Bus'), RetentionDays: 30 }),
    Registry: resource('AWS::EventSchemas::Registry', { RegistryName: 'house' }),
    Visit: resource('AWS::EventSchemas::Schema', {
      RegistryName: attribute('Registry', 'RegistryName'),
      SchemaName: 'house@visit',
      Type: 'JSONSchemaDraft4',
      Content: '{"type":"object"}',
    }),
    Key: resource('AWS::SecretsManager::Secret', { GenerateSecretString: { ExcludePunctuation: true } }),
    Connection: resource('AWS::Events::Connection', {
      AuthorizationType: 'API_KEY',
      AuthParameters: {
        ApiKeyAuthParameters: {
          ApiKeyName: 'X-Key',
          ApiKeyValue: { 'Fn::Sub': '{{resolve:secretsmanager:${Key}:SecretString}}' },
        },
      },
    }),
    EachMinute: resource('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      Targets: [{ Id: 'ticks', Arn: { 'Fn::ImportValue': 'ticks-arn' } }],
    }),
  },
};
