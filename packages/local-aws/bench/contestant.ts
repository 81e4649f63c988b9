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
  /** Publishes the first ball of a rally that ends with stroke `last`. */
  serve(last: number): Promise<void>;
  stop(): Promise<void>;
}

/** Publishes a first ball to a topic, as the laptop's owner. */
export async function serveOver(endpoint: string, topicArn: string, last: number): Promise<void> {
  const sns = new SNSClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await sns.send(new PublishCommand({ TopicArn: topicArn, Message: ballNow(1, last) }));
  sns.destroy();
}
