import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ballNow } from './bare-loop/ball.ts';

/** Something that the bare loop runs on. */
export interface Contestant {
  name: string;
  /** Starts it with the loop deployed; its functions write into `strokesFile`. */
  start(strokesFile: string): Promise<RunningLoop>;
}

/** The loop, up and waiting for a serve. */
export interface RunningLoop {
  /** Publishes so many first balls at once; each ends with stroke `last`. */
  serve(balls: number, last: number): Promise<void>;
  stop(): Promise<void>;
}

/** Publishes first balls to a topic, as the laptop's owner. */
export async function serveOver(endpoint: string, topicArn: string, balls: number, last: number): Promise<void> {
  const sns = new SNSClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const serves = Array.from({ length: balls }, (_, ball) =>
    sns.send(new PublishCommand({ TopicArn: topicArn, Message: ballNow(ball, 1, last) })),
  );
  await Promise.all(serves);
  sns.destroy();
}
