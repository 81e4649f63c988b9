import { openSync, writeSync } from 'node:fs';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { SNSEvent } from 'aws-lambda';
import { type Ball, ballNow } from './ball.ts';

const sns = new SNSClient();
let strokesFile: number | undefined;

/** Writes down when the ball came, and hits it back until the rally's last stroke. */
export async function handler(event: SNSEvent): Promise<void> {
  const arrivedAtNs = process.hrtime.bigint();
  const { STROKES_FILE = '', TOPIC_ARN } = process.env;
  for (const { Sns } of event.Records) {
    const { ball, stroke, last, sentAtNs } = JSON.parse(Sns.Message) as Ball;
    strokesFile ??= openSync(STROKES_FILE, 'a');
    writeSync(strokesFile, `${ball} ${stroke} ${sentAtNs} ${arrivedAtNs}\n`);
    if (stroke >= last) continue;
    await sns.send(new PublishCommand({ TopicArn: TOPIC_ARN, Message: ballNow(ball, stroke + 1, last) }));
  }
}
