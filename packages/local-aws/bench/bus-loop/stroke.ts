import { openSync, writeSync } from 'node:fs';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EventBridgeEvent } from 'aws-lambda';
import { type Ball, ballNow } from '../bare-loop/ball.ts';

const bus = new EventBridgeClient();
let strokesFile: number | undefined;

/** Writes down when the ball came, and hits it back until the rally's last stroke. */
export async function handler({ detail }: EventBridgeEvent<string, Ball>): Promise<void> {
  const arrivedAtNs = process.hrtime.bigint();
  const { STROKES_FILE = '', EVENT_BUS = '', HITS = '' } = process.env;
  const { ball, stroke, last, sentAtNs } = detail;
  strokesFile ??= openSync(STROKES_FILE, 'a');
  writeSync(strokesFile, `${ball} ${stroke} ${sentAtNs} ${arrivedAtNs}\n`);
  if (stroke >= last) return;
  const entry = {
    EventBusName: EVENT_BUS,
    Source: 'bus-loop',
    DetailType: HITS,
    Detail: ballNow(ball, stroke + 1, last),
  };
  const { FailedEntryCount } = await bus.send(new PutEventsCommand({ Entries: [entry] }));
  if (FailedEntryCount) throw new Error(`stroke ${stroke} of ball ${ball} was not taken`);
}
