import { setImmediate as otherWorkDone } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';

/** A request as the SDK makes it. */
interface Asked {
  method: string;
  path: string;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** An S3 that answers what a test says, for what local-aws's never does. */
export interface FakeS3 {
  config: Pick<S3Client['config'], 'region' | 'credentials'>;
  /** Each request when it comes (`PUT /bucket/key`), and again when it is answered (`done PUT /bucket/key`). */
  journal: string[];
}

/** `answer` gives the XML for a request; undefined: an empty answer. */
export function fakeS3(answer: (asked: Asked) => string | undefined): FakeS3 {
  const journal: string[] = [];
  const requestHandler = {
    async handle(asked: Asked) {
      const line = `${asked.method} ${asked.path}${asked.query && 'versions' in asked.query ? '?versions' : ''}`;
      journal.push(line);
      await otherWorkDone();
      journal.push(`done ${line}`);
      const body = new TextEncoder().encode(answer(asked) ?? '');
      return { response: { statusCode: 200, headers: {}, body: new Blob([body]).stream() } };
    },
  };
  const credentials = async () => ({ accessKeyId: 'a', secretAccessKey: 'b' });
  const config = { region: async () => 'eu-west-1', credentials, requestHandler, forcePathStyle: true };
  return { config: config as unknown as FakeS3['config'], journal };
}
