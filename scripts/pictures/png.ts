import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** A picture: three bytes for each pixel, red, green and blue. */
export interface Bitmap {
  width: number;
  height: number;
  rgb: Uint8Array;
}

/** A part of a picture, in pixels. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Eight bits for each of red, green and blue. */
const DEPTH = 8;
const RGB = 2;
const CHANNELS = 3;

/** Part of a PNG file. */
export interface Chunk {
  name: string;
  content: Uint8Array;
}

/** The chunks of a PNG file. Throws an Error when it is none. */
export function chunksOf(file: Buffer): Chunk[] {
  if (!file.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new Error('this is no PNG file');
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE.length; at < file.length; ) {
    const length = file.readUInt32BE(at);
    chunks.push({ name: file.toString('latin1', at + 4, at + 8), content: file.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

/** A PNG file of these chunks. */
export function fileOf(chunks: readonly Chunk[]): Buffer {
  const written = chunks.map(({ name, content }) => {
    const named = Buffer.concat([Buffer.from(name, 'latin1'), content]);
    return Buffer.concat([bytes32(content.length), named, bytes32(crc32(named))]);
  });
  return Buffer.concat([SIGNATURE, ...written]);
}

/** Numbers of four bytes each. */
export function bytes32(...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [index, number] of numbers.entries()) bytes.writeUInt32BE(number, index * 4);
  return bytes;
}

/** The chunk that begins a file of such pictures. */
export const headerOf = (width: number, height: number): Chunk => ({
  name: 'IHDR',
  content: Buffer.concat([bytes32(width, height), Buffer.from([DEPTH, RGB, 0, 0, 0])]),
});

/** What the format guesses of a byte, of those to its left, above, and left above. One for each kind of filter. */
const GUESSES: readonly ((left: number, above: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_left, above) => above,
  (left, above) => (left + above) >> 1,
  (left, above, corner) => {
    const sum = left + above - corner;
    const [toLeft, toAbove, toCorner] = [Math.abs(sum - left), Math.abs(sum - above), Math.abs(sum - corner)];
    if (toLeft <= toAbove && toLeft <= toCorner) return left;
    return toAbove <= toCorner ? above : corner;
  },
];

/** The pixels of a PNG file as browsers write them. Throws an Error when it is of another kind. */
export function decoded(file: Buffer): Bitmap {
  const chunks = chunksOf(file);
  const header = Buffer.from(chunks[0]?.content ?? []);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  if (header[8] !== DEPTH || header[9] !== RGB || header[12] !== 0) {
    throw new Error(`a PNG file of ${header[8]} bits and type ${header[9]}, where 8 and 2 were expected`);
  }
  const lines = inflateSync(Buffer.concat(chunks.flatMap(({ name, content }) => (name === 'IDAT' ? [content] : []))));
  return { width, height, rgb: unfiltered(lines, width * CHANNELS, height) };
}

/** The bytes of all lines, of which each begins with the kind of filter that it went through; `size` is how many a line has. */
function unfiltered(lines: Uint8Array, size: number, height: number): Uint8Array {
  const rgb = new Uint8Array(height * size);
  // There is nothing but zeros left of the first pixel and above the first line.
  const byteAt = (x: number, y: number) => (x < 0 || y < 0 ? 0 : (rgb[y * size + x] ?? 0));
  for (let y = 0; y < height; y += 1) {
    const start = y * (size + 1);
    const guess = GUESSES[lines[start] ?? 0];
    if (!guess) throw new Error(`a PNG file has lines of the kind ${lines[start]}, which is unknown`);
    for (let x = 0; x < size; x += 1) {
      const guessed = guess(byteAt(x - CHANNELS, y), byteAt(x, y - 1), byteAt(x - CHANNELS, y - 1));
      rgb[y * size + x] = (lines[start + 1 + x] ?? 0) + guessed;
    }
  }
  return rgb;
}

/** A picture's pixels, packed as small as they get: each line as it is, or as its difference to the one above. */
export function packed({ width, height, rgb }: Bitmap): Buffer {
  const size = width * CHANNELS;
  const pack = (differsFromAbove: boolean): Buffer => {
    const lines = Buffer.alloc(height * (size + 1));
    for (let y = 0; y < height; y += 1) {
      const to = y * (size + 1);
      lines.set(rgb.subarray(y * size, (y + 1) * size), to + 1);
      if (!differsFromAbove || y === 0) continue;
      lines[to] = 2;
      for (let x = 0; x < size; x += 1) lines[to + 1 + x] = (rgb[y * size + x] ?? 0) - (rgb[(y - 1) * size + x] ?? 0);
    }
    return deflateSync(lines, { level: 9 });
  };
  const [plain, different] = [pack(false), pack(true)];
  return plain.length <= different.length ? plain : different;
}

/** A part of a picture. */
export function cropped({ width, rgb }: Bitmap, box: Box): Bitmap {
  const part = new Uint8Array(box.width * box.height * CHANNELS);
  for (let row = 0; row < box.height; row += 1) {
    const from = ((box.y + row) * width + box.x) * CHANNELS;
    part.set(rgb.subarray(from, from + box.width * CHANNELS), row * box.width * CHANNELS);
  }
  return { width: box.width, height: box.height, rgb: part };
}
