import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  bus,
  compile,
  func,
  http,
  type Network,
  open,
  overlay,
  part,
  queue,
  queued,
  schedule,
  secret,
  stream,
  table,
  themed,
  timer,
  topic,
  websocket,
} from '../index.ts';
import { aNetwork } from './generators.ts';
import { checkout, codeOf, options, orders, pack, resourcesOf } from './support/compiling.ts';

describe('compile', () => {
  it('names things by service, stage and node', () => {
    const { functions, resources } = compile(queued(checkout, orders, pack), options);

    expect(functions.packParcel).toMatchObject({
      handler: 'handlers/packParcel.handler',
      name: 'shop-dev-pack-parcel',
    });
    expect(resources.Resources.OrdersQueue).toMatchObject({ Properties: { QueueName: 'shop-dev-orders' } });
  });

  it('leaves service and stage to Serverless where they are not given', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Serverless fills these in
    expect(compile(overlay(checkout)).functions.checkout?.name).toBe('${self:service}-${sls:stage}-checkout');
  });

  it('gives the sender its permission and the URL, and nothing more', () => {
    const { checkout: config } = compile(queued(checkout, orders, pack), options).functions;

    expect(config?.environment).toEqual({ ORDERS_QUEUE_URL: { Ref: 'OrdersQueue' } });
    expect(config?.iamRoleStatements).toEqual([
      { Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: { 'Fn::GetAtt': ['OrdersQueue', 'Arn'] } },
    ]);
  });

  it('gives a queue a dead-letter queue, a redrive policy, an alarm, and six timeouts of visibility', () => {
    const resources = resourcesOf(overlay(checkout.sends(orders), orders.triggers(pack, { windowSeconds: 5 })));

    expect(resources.OrdersQueue?.Properties).toMatchObject({
      VisibilityTimeout: 6 * 20 + 5,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['OrdersDeadLetterQueue', 'Arn'] }, maxReceiveCount: 5 },
    });
    expect(resources.OrdersDeadLetterQueue?.Properties).toMatchObject({ QueueName: 'shop-dev-orders-dead-letters' });
    expect(resources.OrdersDeadLetterAlarm?.Properties).toMatchObject({
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['OrdersDeadLetterQueue', 'QueueName'] } }],
    });
  });

  it('keeps a FIFO queue and its dead-letter queue in order', () => {
    const resources = resourcesOf(queued(checkout, queue('orders', { fifo: true }), pack));

    for (const id of ['OrdersQueue', 'OrdersDeadLetterQueue']) {
      expect(resources[id]?.Properties).toMatchObject({ FifoQueue: true, QueueName: expect.stringMatching(/\.fifo$/) });
    }
  });

  it('lets a batch fail in part', () => {
    const { packParcel } = compile(overlay(orders.triggers(pack, { batchSize: 5 })), options).functions;

    expect(packParcel?.events).toEqual([
      {
        sqs: {
          arn: { 'Fn::GetAtt': ['OrdersQueue', 'Arn'] },
          batchSize: 5,
          functionResponseType: 'ReportBatchItemFailures',
        },
      },
    ]);
  });

  it('lets a topic into a queue by a subscription and a policy for that topic alone', () => {
    const resources = resourcesOf(overlay(topic('news').sends(orders, { raw: true }), orders.triggers(pack)));

    expect(resources.NewsToOrdersSubscription?.Properties).toMatchObject({ Protocol: 'sqs', RawMessageDelivery: true });
    expect(resources.OrdersQueuePolicy?.Properties).toMatchObject({
      Queues: [{ Ref: 'OrdersQueue' }],
      PolicyDocument: {
        Statement: [
          {
            Principal: { Service: 'sns.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Condition: { ArnEquals: { 'aws:SourceArn': { Ref: 'NewsTopic' } } },
          },
        ],
      },
    });
  });

  it('lets rules of a bus and of a clock into queues and topics', () => {
    const events = bus('events');
    const resources = resourcesOf(
      overlay(
        events.sends(orders, { pattern: { source: ['shop'] } }),
        events.sends(orders, { pattern: { source: ['phone'] } }),
        schedule('nightly', { expression: 'cron(0 3 * * ? *)' }).publishes(topic('news'), { input: { hour: 3 } }),
        orders.triggers(pack),
      ),
    );

    expect(resources.EventsToOrdersRule?.Properties).toMatchObject({ EventPattern: { source: ['phone'] } });
    expect(resources.EventsToOrdersRule2?.Properties).toMatchObject({ EventPattern: { source: ['shop'] } });
    expect(resources.OrdersQueuePolicy?.Properties).toMatchObject({ PolicyDocument: { Statement: { length: 2 } } });
    expect(resources.NightlyToNewsRule?.Properties).toMatchObject({
      ScheduleExpression: 'cron(0 3 * * ? *)',
      Targets: [{ Id: 'news', Input: '{"hour":3}' }],
    });
    expect(resources.NewsTopicPolicy?.Type).toBe('AWS::SNS::TopicPolicy');
  });

  it('catches what an asynchronous function fails on', () => {
    const { functions, resources } = compile(overlay(topic('news').triggers(pack)), options);
    const failures = { 'Fn::GetAtt': ['PackParcelFailureQueue', 'Arn'] };

    expect(functions.packParcel?.destinations).toEqual({ onFailure: { type: 'sqs', arn: failures } });
    expect(functions.packParcel?.iamRoleStatements).toEqual([
      { Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: failures },
    ]);
    expect(Object.keys(resources.Resources)).toEqual(['NewsTopic', 'PackParcelFailureAlarm', 'PackParcelFailureQueue']);
  });

  it('allows an index and not its table', () => {
    const players = table('players', {
      partitionKey: 'game',
      indexes: { Masked: { partitionKey: 'game', project: ['name'] } },
    });
    const { functions, resources } = compile(overlay(func('state').reads(players, { index: 'Masked' })), options);

    expect(functions.state?.iamRoleStatements).toEqual([
      {
        Effect: 'Allow',
        Action: ['dynamodb:Query'],
        Resource: { 'Fn::Join': ['/index/', [{ 'Fn::GetAtt': ['PlayersTable', 'Arn'] }, 'Masked']] },
      },
    ]);
    expect(resources.Resources.PlayersTable).toMatchObject({
      Properties: {
        GlobalSecondaryIndexes: [{ Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['name'] } }],
      },
    });
  });

  it('says in the metadata which nodes belong together, and nothing where none do', () => {
    const jobs = themed('back', queue('jobs').triggers(func('work')));

    expect(compile(overlay(func('f').sends(open.queue('jobs')), jobs), options).resources.Metadata).toEqual({
      Themes: { back: ['jobs', 'work'] },
    });
    expect(compile(func('f').sends(queue('jobs')), options).resources).not.toHaveProperty('Metadata');
  });

  it('bounds the retries of streams, and keeps what was given up', () => {
    const { packParcel } = compile(overlay(stream('scores', { shards: 1 }).triggers(pack)), options).functions;

    expect(packParcel?.events).toEqual([
      {
        stream: expect.objectContaining({
          type: 'kinesis',
          maximumRetryAttempts: 5,
          bisectBatchOnFunctionError: true,
          functionResponseType: 'ReportBatchItemFailures',
          destinations: { onFailure: { type: 'sqs', arn: { 'Fn::GetAtt': ['PackParcelFailureQueue', 'Arn'] } } },
        }),
      },
    ]);
  });

  it('turns on the stream of a table that triggers', () => {
    const players = table('players', { partitionKey: 'id', sortKey: 'at:N' });

    expect(resourcesOf(overlay(players.triggers(pack))).PlayersTable?.Properties).toMatchObject({
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'at', AttributeType: 'N' },
      ],
    });
  });

  it('writes the events of gateways, buses and clocks', () => {
    const { functions } = compile(
      overlay(
        http('api').triggers(checkout, { method: 'POST', path: '/orders' }),
        http('old', { style: 'rest' }).triggers(checkout, { method: 'GET', path: '/orders' }),
        websocket('live').triggers(checkout, { route: '$connect' }),
        bus('events').triggers(checkout, { pattern: { source: ['shop'] } }),
        schedule('nightly', { expression: 'rate(1 day)', enabled: false }).triggers(checkout),
      ),
      options,
    );

    expect(functions.checkout?.events).toEqual([
      { httpApi: { method: 'POST', path: '/orders' } },
      { eventBridge: { eventBus: { 'Fn::GetAtt': ['EventsBus', 'Name'] }, pattern: { source: ['shop'] } } },
      { websocket: { route: '$connect' } },
      { schedule: { rate: ['rate(1 day)'], enabled: false } },
      { http: { method: 'get', path: '/orders' } },
    ]);
  });

  it('imports open ends from params, or from where it is told', () => {
    const front = part(queued(checkout, orders, pack), ['checkout']);

    expect(compile(front, { ...options, imports: 'params' }).functions.checkout).toMatchObject({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Serverless fills these in
      environment: { ORDERS_QUEUE_URL: '${param:ordersQueueUrl}' },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Serverless fills these in
      iamRoleStatements: [{ Resource: '${param:ordersQueueArn}' }],
    });
    expect(
      compile(front, { ...options, imports: { orders: { arn: 'arn:x', url: 'https://x' } } }).functions.checkout
        ?.environment,
    ).toEqual({ ORDERS_QUEUE_URL: 'https://x' });
    expect(() => compile(front, options)).toThrow(
      '"orders" is an open end: overlay a queue of that name, or say where it is',
    );
  });

  it('gives outputs under the names that imports look for', () => {
    const back = part(queued(checkout, orders, pack), ['orders', 'packParcel']);

    expect(compile(back, { ...options, outputs: ['orders'] }).resources.Outputs).toEqual({
      OrdersQueueArn: { Value: { 'Fn::GetAtt': ['OrdersQueue', 'Arn'] } },
      OrdersQueueUrl: { Value: { Ref: 'OrdersQueue' } },
    });
    expect(() => compile(back, { ...options, outputs: ['checkout'] })).toThrow('"checkout" cannot be an output');
  });

  it('carries to the stack of a queue, a table or a timer what it must know of a function in another', () => {
    const [players, checks] = [table('players', { partitionKey: 'id' }), timer('checks')];
    const whole = overlay(
      orders.triggers(pack, { windowSeconds: 5 }),
      players.triggers(pack),
      checkout.writes(checks),
      checks.triggers(pack),
    );
    const front = compile(part(whole, ['orders', 'players', 'checks', 'checkout']), {
      ...options,
      imports: 'params',
      outputs: ['players'],
    });
    const back = compile(part(whole, ['packParcel']), { ...options, imports: 'params' });

    expect(front.functions).not.toHaveProperty('packParcel');
    expect(front.resources.Resources).toMatchObject({
      OrdersQueue: { Properties: { VisibilityTimeout: 6 * 20 + 5 } },
      PlayersTable: { Properties: { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } } },
      ChecksTimerRole: {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Serverless fills these in
        Properties: { Policies: [{ PolicyDocument: { Statement: [{ Resource: '${param:packParcelFunctionArn}' }] } }] },
      },
    });
    expect(front.resources.Outputs).toMatchObject({
      PlayersTableStreamArn: { Value: { 'Fn::GetAtt': ['PlayersTable', 'StreamArn'] } },
    });
    expect(back.functions.packParcel?.events).toEqual([
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Serverless fills these in
      { sqs: expect.objectContaining({ arn: '${param:ordersQueueArn}' }) },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Serverless fills these in
      { stream: expect.objectContaining({ arn: '${param:playersTableStreamArn}' }) },
    ]);
    expect(Object.keys(back.resources.Resources)).toEqual(['PackParcelFailureAlarm', 'PackParcelFailureQueue']);
  });

  it('imports a gateway that is made in another stack, and refuses a timer from there', () => {
    const [api, live, checks] = [http('api'), websocket('live'), timer('checks')];
    const gateways = overlay(
      checkout.calls(api),
      checkout.calls(live),
      api.triggers(pack, { method: 'GET', path: '/' }),
      live.triggers(pack, { route: '$default' }),
    );

    expect(
      compile(part(gateways, ['checkout']), { ...options, imports: 'params' }).functions.checkout?.environment,
    ).toEqual({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Serverless fills these in
      API_URL: '${param:apiUrl}',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Serverless fills these in
      LIVE_WEBSOCKET_URL: '${param:liveWebsocketUrl}',
    });
    expect(codeOf(part(overlay(checkout.writes(checks), checks.triggers(pack)), ['checkout']))).toBe('open-end');
  });

  it('lets two functions call each other without a circular template', () => {
    const compiled = compile(overlay(checkout.calls(pack), pack.calls(checkout)), options);

    expect(JSON.stringify(compiled)).not.toContain('LambdaFunction');
    expect(compiled.functions.checkout?.environment).toEqual({ PACK_PARCEL_FUNCTION_NAME: 'shop-dev-pack-parcel' });
  });

  it.each<[string, Network]>([
    ['logical-id-twice', overlay(queue('orders'), queue('ordersQueue'))],
    ['variable-twice', overlay(func('checkout', { environment: { ORDERS_QUEUE_URL: 'x' } }).sends(orders))],
    ['batch-needs-window', overlay(orders.triggers(pack, { batchSize: 100 }))],
    [
      'edge-only-drawn',
      overlay(http('api').reads(table('players', { partitionKey: 'id' }), { method: 'GET', path: '/' })),
    ],
    ['gateway-twice', overlay(...['a', 'b'].map((name) => http(name).triggers(pack, { method: 'GET', path: '/' })))],
    ['open-end', overlay(open.schedule('clock').triggers(pack))],
    ['fifo-topic-to-function', overlay(topic('news', { fifo: true }).triggers(pack))],
    ['name-too-long', overlay(func('aFunctionWhoseNameSaysWhatItDoesAndThenGoesOnToSayItAllOnceMore'))],
    ['gateway-untriggering', overlay(checkout.calls(http('api')))],
    ['gateway-untriggering', overlay(checkout.calls(websocket('live')))],
    ['timer-target', overlay(checkout.writes(timer('checks')))],
    ['timer-target', overlay(...[checkout, pack].map((target) => timer('checks').triggers(target)))],
    ['parameter-invalid', overlay(checkout.reads(secret('push', { parameter: 'push' })))],
    ['node-only-drawn', overlay(checkout.reads(secret('push', { store: 'secretsManager' })))],
    ['key-invalid', overlay(table('players', { partitionKey: 'id:X' }))],
  ])('refuses what it cannot compile: %s', (code, of) => {
    expect(codeOf(of)).toBe(code);
  });

  it('gives the same bytes for the same network, in whatever order it was put together', () => {
    fc.assert(
      fc.property(fc.array(aNetwork, { minLength: 1, maxLength: 4 }), (parts) => {
        const bytesOf = (order: readonly Network[]): string => {
          try {
            return JSON.stringify(compile(overlay(...order), { ...options, imports: 'params' }));
          } catch (error) {
            return String(error);
          }
        };

        expect(bytesOf(parts)).toBe(bytesOf([...parts].reverse()));
      }),
      { numRuns: 500 },
    );
  });
});
