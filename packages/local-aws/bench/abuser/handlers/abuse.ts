import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';

const MEGABYTE = 1e6;

/** What no function should do, by name. */
const abuses = {
  result: () => 'x'.repeat(150 * MEGABYTE),

  buffers() {
    const held: Buffer[] = [];
    while (held.length < 100) held.push(Buffer.alloc(10 * MEGABYTE, 1));
    return held.length;
  },

  logs() {
    for (;;) console.log('x'.repeat(1000));
  },

  line() {
    console.log('x'.repeat(100 * MEGABYTE));
    return 'logged';
  },

  /** Into whatever its process speaks to local-aws by. */
  garbage() {
    for (let descriptor = 3; descriptor < 64; descriptor += 1) {
      try {
        writeSync(descriptor, 'x{\nnull\n{"id":1}\n');
      } catch {
        // Not open, or not to be written to.
      }
    }
    return 'written';
  },

  loop() {
    for (;;);
  },

  child() {
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
    return new Promise(() => {});
  },

  publish() {
    const TopicArn = `arn:aws:sns:eu-west-1:000000000000:${'a'.repeat(256)}`;
    return new SNSClient({ maxAttempts: 1 }).send(new PublishCommand({ TopicArn, Message: 'never' }));
  },
};

/** What the function can be asked for. */
export type Abuse = keyof typeof abuses;

export const handler = ({ abuse }: { abuse: Abuse }): unknown => abuses[abuse]();
