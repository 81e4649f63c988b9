import { DeleteItemCommand, PutItemCommand, paginateScan, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutRecordCommand } from '@aws-sdk/client-kinesis';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { PublishCommand } from '@aws-sdk/client-sns';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Killable } from './killable.ts';
import { Ledger } from './ledger.ts';
import { OBJECT_RESOURCES, ObjectLoad } from './objects.ts';
import { TURN_RESOURCES, TurnLoad } from './turns.ts';

/** The template of what is written to: a table, a queue, a function, a stream with it behind, a topic and a bus with the same queue behind them, objects, a FIFO topic. */
export const TEMPLATE = {
  Resources: {
    Items: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'items',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      },
    },
    Messages: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'messages', VisibilityTimeout: 43_200 } },
    News: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'news' } },
    Copies: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'copies', VisibilityTimeout: 43_200 } },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: { Ref: 'News' },
        Protocol: 'sqs',
        Endpoint: { 'Fn::GetAtt': ['Copies', 'Arn'] },
        RawMessageDelivery: true,
      },
    },
    Paper: { Type: 'AWS::Events::EventBus', Properties: { Name: 'paper' } },
    Printed: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: { Ref: 'Paper' },
        EventPattern: { source: ['press'] },
        Targets: [{ Id: 'copies', Arn: { 'Fn::GetAtt': ['Copies', 'Arn'] }, InputPath: '$.detail.id' }],
      },
    },
    CopiesPolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Copies' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'sns.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: { 'Fn::GetAtt': ['Copies', 'Arn'] },
              Condition: { ArnEquals: { 'aws:SourceArn': { Ref: 'News' } } },
            },
            {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: { 'Fn::GetAtt': ['Copies', 'Arn'] },
              Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['Printed', 'Arn'] } } },
            },
          ],
        },
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaKinesisExecutionRole'],
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'note',
        Runtime: 'nodejs24.x',
        Handler: 'note.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { ZipFile: '' },
      },
    },
    Stream: { Type: 'AWS::Kinesis::Stream', Properties: { Name: 'records', ShardCount: 2 } },
    StreamToFunction: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Stream', 'Arn'] },
        FunctionName: { Ref: 'Function' },
        StartingPosition: 'LATEST',
      },
    },
    ...OBJECT_RESOURCES,
    ...TURN_RESOURCES,
  },
};

/** By one receive. */
const MOST_RECEIVED = 10;

const QUEUE_URL = '/000000000000/messages';
const COPIES_URL = '/000000000000/copies';
const TOPIC_ARN = 'arn:aws:sns:eu-west-1:000000000000:news';

/** Writes to a table, a queue, a function, a stream, a topic and a bus, and checks that what was acknowledged is so, from one local-aws to the next. */
export class Load {
  readonly items = new Ledger(() => this.#acknowledged());
  readonly messages = new Ledger(() => this.#acknowledged());
  readonly events = new Ledger(() => this.#acknowledged());
  readonly records = new Ledger(() => this.#acknowledged());
  readonly news = new Ledger(() => this.#acknowledged());
  readonly files: ObjectLoad;
  readonly turns = new TurnLoad();
  /** What has come through the topic or the bus. */
  readonly #copies = new Set<string>();
  /** Receipts of messages in flight: their visibility timeout is longer than the test. */
  readonly #receipts = new Map<string, string>();
  /** The event that was acknowledged with a request id. */
  readonly #eventOf = new Map<string, string>();
  readonly #random: () => number;
  #count = 0;
  /** Who waits for acknowledgements, and for how many more. */
  #waiting: { more: number; wake: () => void } | undefined;
  /** What must not be: deleted messages that were received. */
  readonly #wrong: string[] = [];
  /** Receives that a kill has cut off since the last check: what they took is in flight, and nobody has its receipt. */
  #cutReceives = 0;
  /** Messages that such a receive has taken. */
  readonly #held = new Set<string>();
  /** How many more it may have taken: those whose sending was not acknowledged. */
  #maybeHeld = 0;

  constructor(random: () => number) {
    this.#random = random;
    this.files = new ObjectLoad(random, () => this.#acknowledged());
  }

  /** How many things there are whose fate is known. */
  get known(): number {
    const { objects, puts } = this.files;
    return [this.items, this.messages, this.events, this.records, this.news, objects, puts].flatMap((one) => [
      ...one.all('there'),
      ...one.all('gone'),
    ]).length;
  }

  /** Resolves when so many more writes have been acknowledged. */
  acknowledgements(more: number): Promise<void> {
    return new Promise((wake) => {
      this.#waiting = { more, wake };
    });
  }

  /** Goes on in several tasks until local-aws is gone. Resolves then. */
  async runUntilKilled(aws: Killable): Promise<void> {
    const work: ((aws: Killable) => Promise<unknown>)[] = [
      this.#putItem,
      this.#deleteItem,
      this.#putPair,
      this.#send,
      this.#receive,
      this.#delete,
      this.#invoke,
      this.#putRecord,
      this.#publish,
      this.#putEvent,
      ...this.files.work,
      ...this.turns.work,
    ];
    const tasks = Array.from({ length: 6 }, async () => {
      for (;;) {
        const next = work[Math.floor(this.#random() * work.length)] ?? this.#putItem;
        const failed = await next.call(this, aws).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failed !== undefined) return failed;
      }
    });
    for (const failure of await Promise.all(tasks)) {
      // A refusal by local-aws itself is none of a connection that was cut.
      if ((failure as { $response?: unknown }).$response !== undefined) throw failure;
    }
  }

  /** The events that local-aws is done with, by its journal: they are never to be run again. */
  async eventsDone({ endpoint }: Killable): Promise<string[]> {
    const answer = await fetch(`${endpoint}/_local/journal`);
    const hops = (await answer.json()) as { kind: string; outcome: string; requestId?: string }[];
    const runs = hops.filter(({ kind, outcome }) => kind === 'invocation' && outcome === 'ok');
    return runs.flatMap(({ requestId = '' }) => this.#eventOf.get(requestId) ?? []);
  }

  /** What is not as it was acknowledged. */
  async check(aws: Killable): Promise<string[]> {
    const items = await this.#checkItems(aws);
    const messages = await this.#checkMessages(aws);
    return [...items, ...messages, ...(await this.files.check(aws)), ...this.#wrong];
  }

  #acknowledged(): void {
    if (!this.#waiting) return;
    this.#waiting.more -= 1;
    if (this.#waiting.more <= 0) this.#waiting.wake();
  }

  #newId(kind: string): string {
    this.#count += 1;
    return `${kind}-${this.#count}`;
  }

  async #putItem({ dynamodb }: Killable): Promise<void> {
    const id = this.#newId('item');
    await this.items.write(id, 'there', () =>
      dynamodb.send(new PutItemCommand({ TableName: 'items', Item: item(id) })),
    );
  }

  async #deleteItem({ dynamodb }: Killable): Promise<void> {
    const id = this.items.pick(this.#random);
    if (id === undefined || id.startsWith('pair')) return;
    const command = new DeleteItemCommand({ TableName: 'items', Key: { id: { S: id } } });
    await this.items.write(id, 'gone', () => dynamodb.send(command));
  }

  async #putPair({ dynamodb }: Killable): Promise<void> {
    const id = this.#newId('pair');
    const pair = [`${id}-a`, `${id}-b`];
    const TransactItems = pair.map((half) => ({ Put: { TableName: 'items', Item: item(half) } }));
    const done = dynamodb.send(new TransactWriteItemsCommand({ TransactItems }));
    await Promise.all(pair.map((half) => this.items.write(half, 'there', () => done)));
  }

  async #send({ sqs, endpoint }: Killable): Promise<void> {
    const MessageBody = this.#newId('message');
    const command = new SendMessageCommand({ QueueUrl: endpoint + QUEUE_URL, MessageBody });
    await this.messages.write(MessageBody, 'there', () => sqs.send(command));
  }

  async #receive({ sqs, endpoint }: Killable): Promise<number> {
    const command = new ReceiveMessageCommand({ QueueUrl: endpoint + QUEUE_URL, MaxNumberOfMessages: MOST_RECEIVED });
    this.#cutReceives += 1;
    const { Messages = [] } = await sqs.send(command);
    this.#cutReceives -= 1;
    for (const { Body = '', ReceiptHandle = '' } of Messages) {
      if (this.messages.is(Body, 'gone')) this.#wrong.push(`${Body} is there again`);
      this.#receipts.set(Body, ReceiptHandle);
    }
    return Messages.length;
  }

  async #delete(aws: Killable): Promise<void> {
    const body = this.messages.pick(this.#random);
    if (body !== undefined && this.#receipts.has(body)) await this.#deleteMessage(aws, body);
  }

  async #deleteMessage({ sqs, endpoint }: Killable, body: string): Promise<void> {
    const ReceiptHandle = this.#receipts.get(body) ?? '';
    const command = new DeleteMessageCommand({ QueueUrl: endpoint + QUEUE_URL, ReceiptHandle });
    await this.messages.write(body, 'gone', () => sqs.send(command));
    this.#receipts.delete(body);
  }

  async #invoke({ lambda }: Killable): Promise<void> {
    const id = this.#newId('event');
    const command = new InvokeCommand({
      FunctionName: 'note',
      InvocationType: 'Event',
      Payload: JSON.stringify({ id }),
    });
    await this.events.write(id, 'there', async () => {
      const { $metadata } = await lambda.send(command);
      this.#eventOf.set($metadata.requestId ?? '', id);
    });
  }

  async #putRecord({ kinesis }: Killable): Promise<void> {
    const id = this.#newId('record');
    const Data = Buffer.from(id);
    await this.records.write(id, 'there', () =>
      kinesis.send(new PutRecordCommand({ StreamName: 'records', PartitionKey: id, Data })),
    );
  }

  async #publish({ sns }: Killable): Promise<void> {
    const Message = this.#newId('news');
    await this.news.write(Message, 'there', () => sns.send(new PublishCommand({ TopicArn: TOPIC_ARN, Message })));
  }

  async #putEvent({ bus }: Killable): Promise<void> {
    const id = this.#newId('event on the bus');
    const entry = { EventBusName: 'paper', Source: 'press', DetailType: 'news', Detail: JSON.stringify({ id }) };
    await this.news.write(id, 'there', () => bus.send(new PutEventsCommand({ Entries: [entry] })));
  }

  /** What was published and has not come through the topic or the bus yet. */
  async missingNews({ sqs, endpoint }: Killable): Promise<string[]> {
    for (;;) {
      const command = new ReceiveMessageCommand({ QueueUrl: endpoint + COPIES_URL, MaxNumberOfMessages: 10 });
      const { Messages = [] } = await sqs.send(command);
      if (Messages.length === 0) break;
      // By an input path a text comes in its quotes.
      for (const { Body = '' } of Messages) this.#copies.add(Body.replaceAll('"', ''));
    }
    return this.news.all('there').filter((id) => !this.#copies.has(id));
  }

  async #checkItems({ dynamodb }: Killable): Promise<string[]> {
    const found = new Set<string>();
    for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: 'items' }))
      for (const { id } of Items) found.add(id?.S ?? '');
    const halves = [...found].filter((id) => /^pair-\d+-a$/.test(id) !== found.has(id.replace(/a$/, 'b')));
    const torn = halves.filter((id) => id.endsWith('a')).map((id) => `${id} has lost its other half`);
    return [...torn, ...this.items.compare(found)];
  }

  async #checkMessages(aws: Killable): Promise<string[]> {
    while ((await this.#receive(aws)) > 0);
    // Whether an unanswered deletion took place cannot be seen, but it can be asked for again.
    for (const body of this.messages.all('unknown')) if (this.#receipts.has(body)) await this.#deleteMessage(aws, body);
    this.#holdWhatCutReceivesTook();
    const wrong = this.messages.compare(new Set([...this.#receipts.keys(), ...this.#held]));
    const { Attributes } = await aws.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: aws.endpoint + QUEUE_URL,
        AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    const inFlight = Number(Attributes?.ApproximateNumberOfMessagesNotVisible);
    const expected = this.messages.all('there').length;
    // One that is held and not in flight is lost: the number says so.
    const isRight = inFlight >= expected && inFlight <= expected + this.#maybeHeld;
    return isRight ? wrong : [...wrong, `${inFlight} messages are in flight, not ${expected}`];
  }

  #holdWhatCutReceivesTook(): void {
    const unseen = (fate: 'there' | 'unknown') => this.messages.all(fate).filter((id) => !this.#receipts.has(id));
    if (this.#cutReceives > 0) {
      const taken = unseen('there').filter((id) => !this.#held.has(id));
      for (const id of taken.slice(0, this.#cutReceives * MOST_RECEIVED)) this.#held.add(id);
      this.#maybeHeld += unseen('unknown').length;
    }
    this.#cutReceives = 0;
  }
}

function item(id: string) {
  return { id: { S: id }, filler: { S: 'x'.repeat(200) } };
}
