import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks on a terminal, and shows nothing of what is typed. */
export async function askHidden(
  question: string,
  { input, output }: { input: NodeJS.ReadableStream; output: NodeJS.WritableStream },
): Promise<string | undefined> {
  output.write(`${question} (Enter: one is made): `);
  const silence = new Writable({ write: (_typed, _encoding, done) => done() });
  const reader = createInterface({ input, output: silence, terminal: true });
  // Who ends the input, or presses Ctrl-C, puts nothing.
  const gone = new Promise<never>((_resolve, reject) => {
    reader.once('close', () => reject(new Error('Nothing more was put.')));
    reader.once('SIGINT', () => reader.close());
  });
  gone.catch(() => {});
  try {
    return (await Promise.race([reader.question(''), gone])).trim() || undefined;
  } finally {
    reader.close();
    output.write('\n');
  }
}
