import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ballNow } from './bare-loop/ball.ts';

/** A loop of two functions that the bench deploys from a folder beside it. */
export interface Loop {
  /** Its service. */
  name: string;
  folder: string;
  /** Sends so many first balls at once, as the laptop's owner; each ends with stroke `last`. */
  serve(endpoint: string, balls: number, last: number): Promise<void>;
}

const owner = (endpoint: string) => ({
  endpoint,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

const firstBalls = (balls: number, last: number) => Array.from({ length: balls }, (_, ball) => ballNow(ball, 1, last));

/** Publishes first balls to a topic, as the laptop's owner. */
export async function serveOver(endpoint: string, topicArn: string, balls: number, last: number): Promise<void> {
  const sns = new SNSClient(owner(endpoint));
  const serves = firstBalls(balls, last).map((Message) =>
    sns.send(new PublishCommand({ TopicArn: topicArn, Message })),
  );
  await Promise.all(serves);
  sns.destroy();
}

/** The bare loop: over two topics. */
export const BARE_LOOP: Loop = {
  name: 'bare-loop',
  folder: join(import.meta.dirname, 'bare-loop'),
  serve: (endpoint, balls, last) =>
    serveOver(endpoint, 'arn:aws:sns:eu-west-1:000000000000:bare-loop-ping', balls, last),
};

/** The same over a bus with two rules. */
export const BUS_LOOP: Loop = {
  name: 'bus-loop',
  folder: join(import.meta.dirname, 'bus-loop'),
  async serve(endpoint, balls, last) {
    const bus = new EventBridgeClient(owner(endpoint));
    const serves = firstBalls(balls, last).map((Detail) => {
      const entry = { EventBusName: 'bus-loop', Source: 'bus-loop', DetailType: 'ping', Detail };
      return bus.send(new PutEventsCommand({ Entries: [entry] }));
    });
    await Promise.all(serves);
    bus.destroy();
  },
};
