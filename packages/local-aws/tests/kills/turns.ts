import { PublishCommand } from '@aws-sdk/client-sns';
import { DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Killable } from './killable.ts';

const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

/** A FIFO topic with a FIFO queue behind it. */
export const TURN_RESOURCES = {
  Turns: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'turns.fifo', FifoTopic: true } },
  TurnCopies: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'turns.fifo', FifoQueue: true } },
  TurnSubscription: {
    Type: 'AWS::SNS::Subscription',
    Properties: {
      TopicArn: { Ref: 'Turns' },
      Protocol: 'sqs',
      Endpoint: arnOf('TurnCopies'),
      RawMessageDelivery: true,
    },
  },
  TurnPolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'TurnCopies' }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'sns.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: arnOf('TurnCopies'),
            Condition: { ArnEquals: { 'aws:SourceArn': { Ref: 'Turns' } } },
          },
        ],
      },
    },
  },
};

/** Publishes turns of one group in order, and the one before once more: after a kill nobody knows whether it was taken. */
export class TurnLoad {
  /** Turns that were acknowledged. */
  #count = 0;
  #last: Promise<unknown> = Promise.resolve();
  readonly #seen: number[] = [];

  readonly work = [(aws: Killable) => this.#publish(aws)];

  /** What has come out of the queue otherwise than each once, in order; nothing while some are still on their way. */
  async check({ sqs, endpoint }: Killable): Promise<string[]> {
    const QueueUrl = `${endpoint}/000000000000/turns.fifo`;
    for (;;) {
      const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 });
      const { Messages = [] } = await sqs.send(command);
      if (Messages.length === 0) break;
      this.#seen.push(...Messages.map(({ Body }) => Number(Body)));
      const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
    // The last one may have been taken, without an answer.
    const expected = Array.from({ length: Math.max(this.#count, this.#seen.length) }, (_, at) => at + 1);
    const isRight = this.#seen.length <= this.#count + 1 && String(this.#seen) === String(expected);
    return isRight ? [] : [`turns 1 to ${this.#count} came as ${this.#seen}`];
  }

  /** One after another, whoever asks for it. */
  #publish({ sns }: Killable): Promise<void> {
    const next = this.#last.then(async () => {
      for (const turn of [this.#count, this.#count + 1].filter((number) => number > 0).map(String)) {
        const place = { MessageGroupId: 'g', MessageDeduplicationId: turn };
        const TopicArn = 'arn:aws:sns:eu-west-1:000000000000:turns.fifo';
        await sns.send(new PublishCommand({ TopicArn, Message: turn, ...place }));
      }
      this.#count += 1;
    });
    this.#last = next.catch(() => undefined);
    return next;
  }
}
