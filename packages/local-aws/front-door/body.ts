import { AwsError } from '../core/errors.ts';
import type { HttpRequest } from './listener.ts';

/** DynamoDB's limit for a request, the largest of those served here. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** The client hung up before the end of its request: there is nobody to answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

const EMPTY = Buffer.alloc(0);

/**
 * Reads the whole body. Rejects with AwsError 413 when it is larger than `MAX_BODY_BYTES`, and with ClientGone when
 * the client goes away before its end.
 */
export function readBody(request: HttpRequest): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    // Whatever still comes is thrown away, so that the client gets to read the answer.
    request.resume();
    return Promise.reject(tooLarge());
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) chunks.push(chunk);
      else {
        chunks.length = 0;
        reject(tooLarge());
      }
    });
    request.on('end', () =>
      resolve(chunks.length === 0 ? EMPTY : chunks.length === 1 ? (chunks[0] ?? EMPTY) : Buffer.concat(chunks)),
    );
    request.on('error', (cause) => reject(new ClientGone('the client failed to send its request', { cause })));
    request.on('aborted', () => reject(new ClientGone('the client went away before the end of its request')));
  });
}

function tooLarge(): AwsError {
  return new AwsError(
    'RequestEntityTooLargeException',
    `The request is larger than ${MAX_BODY_BYTES} bytes, the most that any operation here takes.`,
    { status: 413 },
  );
}
