/**
 * Watches what a client sends, and calls back for each frame whose payload is longer than `limitBytes`: `ws` bounds
 * messages, and API Gateway frames as well. RFC 6455, section 5.2, has the layout.
 */
export function watchFrames(limitBytes: number, tooLong: () => void): (chunk: Buffer) => void {
  const header: number[] = [];
  let restBytes = 0;
  return (chunk) => {
    for (let offset = 0; offset < chunk.length; ) {
      if (restBytes > 0) {
        const passed = Math.min(restBytes, chunk.length - offset);
        restBytes -= passed;
        offset += passed;
        continue;
      }
      header.push(chunk[offset] ?? 0);
      offset += 1;
      const lengthBytes = payloadLength(header);
      if (lengthBytes === undefined) continue;
      const maskBytes = (header[1] ?? 0) >= 0x80 ? 4 : 0;
      restBytes = lengthBytes + maskBytes;
      header.length = 0;
      if (lengthBytes > limitBytes) tooLong();
    }
  };
}

/** Undefined while the header is not whole. */
function payloadLength(header: readonly number[]): number | undefined {
  const [, second] = header;
  if (second === undefined) return undefined;
  const short = second & 0x7f;
  const extraBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (header.length < 2 + extraBytes) return undefined;
  if (extraBytes === 0) return short;
  return header.slice(2, 2 + extraBytes).reduce((length, byte) => length * 256 + byte, 0);
}
