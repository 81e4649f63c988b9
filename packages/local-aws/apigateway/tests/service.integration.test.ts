import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi, type TestMethod } from './api.ts';

let api: TestApi | undefined;
const clients: { destroy(): void }[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await api?.close();
  api = undefined;
});

type Json = Record<string, unknown>;
const JSON_11 = "'application/x-amz-json-1.1'";
const header = (name: string) => `integration.request.header.${name}`;

const GAMES = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName: 'games',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'gameId', AttributeType: 'S' },
      { AttributeName: 'turn', AttributeType: 'N' },
    ],
    KeySchema: [
      { AttributeName: 'gameId', KeyType: 'HASH' },
      { AttributeName: 'turn', KeyType: 'RANGE' },
    ],
  },
};
const roleWith = (actions: string[], service = 'apigateway.amazonaws.com') => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: 'gateway',
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    Policies: actions.map((Action, index) => ({
      PolicyName: `policy${index}`,
      PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] },
    })),
  },
});

/** A method whose integration is an operation of a service. */
const reaching = (path: string, uri: string, integration: Json, method = 'GET'): TestMethod => {
  const responses = (integration.IntegrationResponses ?? [{ StatusCode: '200' }]) as { StatusCode: string }[];
  return {
    path,
    method,
    properties: {
      Integration: {
        Type: 'AWS',
        IntegrationHttpMethod: 'POST',
        Uri: `arn:aws:apigateway:eu-west-1:${uri}`,
        Credentials: { 'Fn::GetAtt': ['GatewayRole', 'Arn'] },
        PassthroughBehavior: 'NEVER',
        IntegrationResponses: responses,
        ...integration,
      },
      MethodResponses: responses.map(({ StatusCode }) => ({ StatusCode })),
    },
  };
};
const getGame = reaching('/games/{gameId}', 'dynamodb:action/GetItem', {
  RequestTemplates: {
    'application/json':
      '{"TableName":"games","Key":{"gameId":{"S":"$util.escapeJavaScript($input.params(\'gameId\'))"},"turn":{"N":"1"}}}',
  },
  IntegrationResponses: [
    {
      StatusCode: '200',
      ResponseTemplates: {
        'application/json':
          "#set($item = $input.path('$.Item'))#if($item == '')#set($context.responseOverride.status = 404){}#else" +
          '{"score": $item.score.N, "by": "$item.gameId.S"}#end',
      },
    },
    { StatusCode: '400', SelectionPattern: '4\\d{2}' },
  ],
});

const start = async (
  methods: TestMethod[],
  { actions = ['dynamodb:*', 'sqs:*', 'sns:*'], ...more }: Json & { actions?: string[] } = {},
) => {
  api = await startApi(methods, {
    resources: {
      Games: GAMES,
      Orders: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'orders' } },
      News: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'news' } },
      GatewayRole: roleWith(actions),
      ...more,
    },
  });
  return api;
};
const settings = () => ({
  endpoint: api?.cloud.endpoint ?? '',
  region: 'eu-west-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
const putGame = async (gameId: string, turn: number) => {
  const dynamodb = new DynamoDBClient(settings());
  clients.push(dynamodb);
  const Item = { gameId: { S: gameId }, turn: { N: String(turn) }, score: { N: '7' } };
  await dynamodb.send(new PutItemCommand({ TableName: 'games', Item }));
};
const received = async () => {
  const sqs = new SQSClient(settings());
  clients.push(sqs);
  const QueueUrl = `${api?.cloud.endpoint}/000000000000/orders`;
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }));
  return Messages;
};
const call = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${api?.url}${path}`, { headers: { 'content-type': 'application/json' }, ...init });
  const text = await response.text();
  return { status: response.status, text, headers: response.headers };
};

describe('a service integration', () => {
  it('reads an item through its templates, and makes 404 of none', async () => {
    await start([getGame]);
    await putGame('blue moon', 1);

    expect(await call('/games/blue%20moon')).toMatchObject({ status: 200, text: '{"score": 7, "by": "blue moon"}' });
    expect(await call('/games/none')).toMatchObject({ status: 404, text: '{}' });
  });

  it('reads a parameter as a form and as JSON, each in its own words, and makes 404 of none', async () => {
    const query = 'integration.request.querystring.Name';
    const target = { [header('X-Amz-Target')]: "'AmazonSSM.GetParameter'", [header('Content-Type')]: JSON_11 };
    const IntegrationResponses = [
      { StatusCode: '200', ResponseTemplates: { 'application/json': "$input.path('$.Parameter.Value')" } },
      { StatusCode: '404', SelectionPattern: '400' },
    ];
    await start(
      [
        reaching('/form', 'ssm:action/GetParameter', {
          RequestParameters: { [query]: "'/game/session'" },
          PassthroughBehavior: 'WHEN_NO_MATCH',
        }),
        reaching('/json', 'ssm:path//', {
          RequestParameters: target,
          RequestTemplates: { 'application/json': '{"Name":"/game/session"}' },
          IntegrationResponses,
        }),
        reaching('/none', 'ssm:path//', {
          RequestParameters: target,
          RequestTemplates: { 'application/json': '{"Name":"/game/none"}' },
          IntegrationResponses,
        }),
      ],
      {
        actions: ['ssm:GetParameter'],
        Session: {
          Type: 'AWS::SSM::Parameter',
          Properties: { Name: '/game/session', Type: 'String', Value: '{"sessionId":"s"}' },
        },
      },
    );

    const { text } = await call('/form');
    expect(JSON.parse(text)).toEqual({
      GetParameterResponse: {
        GetParameterResult: {
          Parameter: {
            ARN: 'arn:aws:ssm:eu-west-1:000000000000:parameter/game/session',
            DataType: 'text',
            LastModifiedDate: expect.any(Number),
            Name: '/game/session',
            Type: 'String',
            Value: '{"sessionId":"s"}',
            Version: 1,
          },
        },
        ResponseMetadata: { RequestId: expect.any(String) },
      },
    });
    expect(await call('/json')).toMatchObject({ status: 200, text: '{"sessionId":"s"}' });
    expect(await call('/none')).toMatchObject({ status: 404, text: expect.stringContaining('ParameterNotFound') });
  });

  it('answers what the service answers where there is no template', async () => {
    const query = {
      TableName: 'games',
      KeyConditionExpression: 'gameId = :g',
      ExpressionAttributeValues: { ':g': { S: 'a' } },
      ProjectionExpression: 'turn',
    };
    await start([
      reaching('/turns', 'dynamodb:action/Query', { RequestTemplates: { 'application/json': JSON.stringify(query) } }),
    ]);
    await putGame('a', 1);
    await putGame('a', 2);

    const { text, headers } = await call('/turns');

    expect(JSON.parse(text)).toEqual({
      Count: 2,
      ScannedCount: 2,
      Items: [{ turn: { N: '1' } }, { turn: { N: '2' } }],
    });
    expect(headers.get('content-type')).toBe('application/json');
    expect(api?.cloud.journal.entries().slice(-2)).toMatchObject([
      {
        service: 'dynamodb',
        action: 'Query',
        from: 'arn:aws:sts::000000000000:assumed-role/gateway/BackplaneAssumeRoleSession',
        outcome: 'ok',
      },
      { service: 'apigateway', action: 'GET /turns', to: 'dynamodb:action/Query', outcome: 'ok' },
    ]);
  });

  it('chooses the response by the status of the service’s error, which is a success where no pattern fits', async () => {
    const wrong = { RequestTemplates: { 'application/json': '{"TableName":"nowhere","Key":{}}' } };
    await start([
      reaching('/mapped', 'dynamodb:action/GetItem', {
        ...wrong,
        IntegrationResponses: [
          { StatusCode: '200' },
          {
            StatusCode: '422',
            SelectionPattern: '4\\d{2}',
            ResponseTemplates: { 'application/json': '$input.path("$.__type")' },
          },
        ],
      }),
      reaching('/unmapped', 'dynamodb:action/GetItem', wrong),
    ]);

    expect(await call('/mapped')).toMatchObject({
      status: 422,
      text: expect.stringContaining('ResourceNotFoundException'),
    });
    expect(await call('/unmapped')).toMatchObject({
      status: 200,
      text: expect.stringContaining('ResourceNotFoundException'),
    });
  });

  it('puts events on a bus, whatever a client writes, and tells a failed entry, which is a success of PutEvents, from none', async () => {
    const escaped = (text: string) => `$util.escapeJavaScript(${text}).replaceAll("\\\\'", "'")`;
    const putting = (path: string, name: string) =>
      reaching(
        path,
        'events:action/PutEvents',
        {
          RequestParameters: { [header('X-Amz-Target')]: "'AWSEvents.PutEvents'", [header('Content-Type')]: JSON_11 },
          RequestTemplates: {
            'application/json': [
              `#set($name = ${escaped("$input.path('$.name')")})`,
              `{"Entries":[{"EventBusName":"game","Source":"game","DetailType":"throw","Detail":"{\\"name\\":\\"${name}\\"}"}]}`,
            ].join('\n'),
          },
          IntegrationResponses: [
            {
              StatusCode: '202',
              ResponseTemplates: {
                'application/json':
                  "#if($input.path('$.FailedEntryCount') > 0)#set($context.responseOverride.status = 503)failed#{else}taken#end",
              },
            },
          ],
        },
        'POST',
      );
    await start([putting('/escaped', escaped('$name')), putting('/once', '$name')], {
      actions: ['events:PutEvents'],
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'game' } },
      Rule: {
        Type: 'AWS::Events::Rule',
        DependsOn: ['Bus', 'OrdersPolicy'],
        Properties: {
          EventBusName: 'game',
          EventPattern: { source: ['game'] },
          Targets: [{ Id: 'orders', Arn: { 'Fn::GetAtt': ['Orders', 'Arn'] }, InputPath: '$.detail.name' }],
        },
      },
      OrdersPolicy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: [{ Ref: 'Orders' }],
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'events.amazonaws.com' },
                Action: 'sqs:SendMessage',
                Resource: { 'Fn::GetAtt': ['Orders', 'Arn'] },
              },
            ],
          },
        },
      },
    });
    const name = `O'Neil "the \\ wall", \u{1f600} $name #if \u2028`;
    const post = (path: string) => call(path, { method: 'POST', body: JSON.stringify({ name }) });

    expect(await post('/escaped')).toMatchObject({ status: 202, text: 'taken' });
    expect(await post('/once')).toMatchObject({ status: 503, text: 'failed' });
    await api?.cloud.core.clock.idle();
    expect((await received()).map(({ Body = '' }) => JSON.parse(Body))).toEqual([name]);
  });

  it('is refused by IAM what its role does not allow, with the action and the role in the journal', async () => {
    await start([getGame], { actions: ['dynamodb:PutItem'] });

    expect(await call('/games/7')).toMatchObject({
      status: 400,
      text: expect.stringContaining('AccessDeniedException'),
    });
    expect(api?.cloud.journal.entries().at(-2)).toMatchObject({
      error: { message: expect.stringContaining('dynamodb:GetItem') },
      detail: { role: 'arn:aws:iam::000000000000:role/gateway' },
    });
  });

  it('sends a message to a queue by a form, and answers as the Query protocol does, in JSON', async () => {
    await start([
      reaching(
        '/orders/{kind}',
        'sqs:path/000000000000/orders',
        {
          RequestParameters: { [header('Content-Type')]: "'application/x-www-form-urlencoded'" },
          RequestTemplates: {
            'application/json':
              "Action=SendMessage&MessageBody=$util.urlEncode($input.body)&MessageAttribute.1.Name=kind&MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=$util.urlEncode($input.params('kind'))",
          },
        },
        'POST',
      ),
    ]);

    const { status, text } = await call('/orders/a%26b', { method: 'POST', body: '{"tea": "a+b & c"}' });

    const [message] = await received();
    expect(message).toMatchObject({
      Body: '{"tea": "a+b & c"}',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'a&b' } },
    });
    expect([status, JSON.parse(text)]).toMatchObject([
      200,
      {
        SendMessageResponse: {
          SendMessageResult: { MessageId: message?.MessageId },
          ResponseMetadata: { RequestId: expect.any(String) },
        },
      },
    ]);
  });

  it('sends a message to a queue in JSON, where the template overrides the headers', async () => {
    await start([
      reaching(
        '/orders',
        'sqs:path/000000000000/orders',
        {
          RequestParameters: { [header('Content-Type')]: JSON_11.replace('1.1', '1.0') },
          RequestTemplates: {
            'application/json':
              '#set($context.requestOverride.header.X-Amz-Target = "AmazonSQS.SendMessage")' +
              '{"QueueUrl":"$input.params("queue")","MessageBody":$input.json("$.text")}',
          },
        },
        'POST',
      ),
    ]);
    const queue = encodeURIComponent(`${api?.cloud.endpoint}/000000000000/orders`);

    const { text } = await call(`/orders?queue=${queue}`, { method: 'POST', body: '{"text":"tea"}' });

    expect(Object.keys(JSON.parse(text))).toContain('MessageId');
    expect((await received())[0]?.Body).toBe('tea');
  });

  it('publishes to a topic with the query that it maps', async () => {
    await start([
      reaching(
        '/news',
        'sns:action/Publish',
        {
          RequestParameters: {
            'integration.request.querystring.TopicArn': "'arn:aws:sns:eu-west-1:000000000000:news'",
            'integration.request.querystring.Message': 'method.request.body',
          },
          PassthroughBehavior: 'WHEN_NO_MATCH',
        },
        'POST',
      ),
    ]);

    const { status, text } = await call('/news', { method: 'POST', body: 'hear, hear' });

    expect([status, JSON.parse(text).PublishResponse.PublishResult]).toEqual([200, { MessageId: expect.any(String) }]);
  });

  it.each([
    [
      'a role that API Gateway may not take on',
      { GatewayRole: roleWith(['*'], 'lambda.amazonaws.com') },
      getGame,
      'cannot be assumed by apigateway.amazonaws.com',
    ],
    ['an operation that is not there', {}, reaching('/x', 'dynamodb:action/RestoreTable', {}), 'dynamodb:RestoreTable'],
    [
      'no role',
      {},
      reaching('/x', 'dynamodb:action/GetItem', { Credentials: { Ref: 'AWS::NoValue' } }),
      'needs Credentials',
    ],
    ['neither path nor action', {}, reaching('/x', 'dynamodb:GetItem', {}), 'must contain path or action'],
    [
      'a header that makes every request fail',
      {},
      reaching('/x', 'dynamodb:action/GetItem', { RequestParameters: { [header('Authorization')]: "'me'" } }),
      'every request would end with 500',
    ],
  ])('is refused when it is deployed with %s', async (_what, more, method, message) => {
    await expect(start([method], more)).rejects.toThrow(message);
  });
});
