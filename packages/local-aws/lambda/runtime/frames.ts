/** Two lengths of four bytes each stand before every frame: of its head, and of its body. */
const PREFIX_BYTES = 8;

/** One message on a stream of bytes: a head, written as JSON, and a body of any bytes. */
export interface Frame {
  head: unknown;
  body: Buffer;
}

/** The stream does not carry frames, or one that is too large. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** Writes a frame in one piece, so that one system call sends it. */
export function encodeFrame(head: object, body: string | Uint8Array = ''): Buffer {
  const text = JSON.stringify(head);
  const headBytes = Buffer.byteLength(text);
  const bodyBytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + headBytes + bodyBytes);
  frame.writeUInt32LE(headBytes, 0);
  frame.writeUInt32LE(bodyBytes, 4);
  frame.write(text, PREFIX_BYTES);
  if (typeof body === 'string') frame.write(body, PREFIX_BYTES + headBytes);
  else frame.set(body, PREFIX_BYTES + headBytes);
  return frame;
}

/**
 * Puts the chunks of a stream together to frames of at the most `maxBytes`. `push` throws FrameError for what is none; the
 * stream is of no further use then.
 */
export function createFrameReader(onFrame: (frame: Frame) => void, maxBytes: number): { push(chunk: Buffer): void } {
  let chunks: Buffer[] = [];
  let length = 0;
  /** The bytes that must be there before it pays to look again. */
  let needed = PREFIX_BYTES;

  return {
    push(chunk) {
      chunks.push(chunk);
      length += chunk.length;
      if (length < needed) return;
      const all = chunks.length === 1 ? chunk : Buffer.concat(chunks, length);
      let at = 0;
      for (;;) {
        const left = all.length - at;
        needed = left < PREFIX_BYTES ? PREFIX_BYTES : frameBytes(all, at, maxBytes);
        if (left < needed) break;
        const headEnd = at + PREFIX_BYTES + all.readUInt32LE(at);
        const body = all.subarray(headEnd, at + needed);
        const head = headOf(all.toString('utf8', at + PREFIX_BYTES, headEnd));
        at += needed;
        onFrame({ head, body });
      }
      chunks = at === all.length ? [] : [all.subarray(at)];
      length = all.length - at;
    },
  };
}

function frameBytes(bytes: Buffer, at: number, maxBytes: number): number {
  const size = PREFIX_BYTES + bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4);
  if (size > maxBytes) throw new FrameError(`a frame of ${size} bytes; at the most ${maxBytes} are taken`);
  return size;
}

function headOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FrameError('the head of a frame is not JSON', { cause });
  }
}
