import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dechunked } from '../chunked.ts';

async function* pieces(text: string, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += length) yield Buffer.from(text.slice(at, at + length), 'latin1');
}

async function read(text: string, length = 7) {
  const trailers: Record<string, string> = {};
  const parts: Buffer[] = [];
  for await (const part of dechunked(pieces(text, length), (name, value) => {
    trailers[name] = value;
  }))
    parts.push(part);
  return { body: Buffer.concat(parts).toString('latin1'), trailers };
}

describe('a body in aws-chunked', () => {
  it('is the same however it is cut, on the way and by its sender', async () => {
    const chunk = fc.string({ unit: fc.constantFrom('a', '\r', '\n', '0'), minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { maxLength: 5 }), fc.integer({ min: 1, max: 50 }), async (chunks, length) => {
        const sent = chunks.map((text) => `${text.length.toString(16)};chunk-signature=ab\r\n${text}\r\n`).join('');

        const { body, trailers } = await read(`${sent}0\r\nX-Amz-Checksum-Crc32: AAAAAA==\r\n\r\n`, length);

        expect([body, trailers]).toEqual([chunks.join(''), { 'x-amz-checksum-crc32': 'AAAAAA==' }]);
      }),
    );
  });
  it.each([
    ['breaks off in a chunk', '5\r\nhel'],
    ['breaks off before its end', '5\r\nhello\r\n'],
    ['breaks off behind its body', '0\r\n'],
    ['has a chunk that is longer than it says', '2\r\nhello\r\n0\r\n\r\n'],
    ['is no such body', 'hello, this is no such body\r\n'],
    ['never comes to the end of a line', 'a'.repeat(20_000)],
  ])('is refused when it %s', async (_what, text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'IncompleteBody' });
  });
});
