import { AwsError } from '../core/errors.ts';

const LINE_END = '\r\n';
/** How long a line may be: a size, and a signature that nobody verifies. */
const MAX_LINE = 16_384;

/**
 * Takes a body out of `aws-chunked`, in which the SDK sends what it sums up while it reads; what stands behind the body goes to `trailer`.
 * Throws AwsError IncompleteBody when it is no such body, or ends before its end.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export async function* dechunked(
  from: AsyncIterable<Buffer>,
  trailer: (name: string, value: string) => void,
): AsyncGenerator<Buffer> {
  const sent = readerOf(from);
  for (let size = sizeIn(await sent.line()); size > 0; size = sizeIn(await sent.line())) {
    yield* sent.bytes(size);
    if ((await sent.line()) !== '') throw incomplete();
  }
  for (let line = await sent.line(); line !== ''; line = await sent.line()) {
    const colon = line.indexOf(':');
    trailer(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

/** Reads lines and bytes in turn. */
function readerOf(from: AsyncIterable<Buffer>) {
  const pieces = from[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const more = async () => {
    const { done, value } = await pieces.next();
    if (done) throw incomplete();
    held = held.length === 0 ? value : Buffer.concat([held, value]);
  };
  return {
    async line(): Promise<string> {
      let end = held.indexOf(LINE_END);
      for (; end === -1; end = held.indexOf(LINE_END)) {
        if (held.length > MAX_LINE) throw incomplete();
        await more();
      }
      const line = held.subarray(0, end).toString('latin1');
      held = held.subarray(end + LINE_END.length);
      return line;
    },
    async *bytes(count: number): AsyncGenerator<Buffer> {
      for (let left = count; left > 0; ) {
        if (held.length === 0) await more();
        const part = held.subarray(0, left);
        held = held.subarray(part.length);
        left -= part.length;
        yield part;
      }
    },
  };
}

/** Of `400;chunk-signature=...`. */
function sizeIn(line: string): number {
  const size = /^([0-9a-f]{1,8})(;|$)/i.exec(line)?.[1];
  if (size === undefined) throw incomplete();
  return Number.parseInt(size, 16);
}

const incomplete = () =>
  new AwsError('IncompleteBody', 'The request body terminated unexpectedly: it is no whole body in aws-chunked');
