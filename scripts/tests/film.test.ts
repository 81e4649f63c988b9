import { deflateSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { animationOf, type Frame, factsOf } from '../pictures/animation.ts';
import { paced } from '../pictures/camera.ts';
import { type Bitmap, bytes32, chunksOf, decoded, fileOf, headerOf, packed } from '../pictures/png.ts';
import { terminalPage } from '../pictures/terminal.ts';

const WIDTH = 4;
const HEIGHT = 3;

const bitmap = (rgb: readonly number[]): Bitmap => ({ width: WIDTH, height: HEIGHT, rgb: Uint8Array.from(rgb) });
/** Pixels of few colours, so that some stay as they were; none of them is the one that stands for "as before". */
const bitmaps = fc
  .array(fc.constantFrom([0, 0, 0], [255, 0, 254], [10, 200, 30]), { minLength: 12, maxLength: 12 })
  .map((pixels) => bitmap(pixels.flat()));
const still = (pixels: Bitmap): Buffer =>
  fileOf([headerOf(pixels.width, pixels.height), { name: 'IDAT', content: packed(pixels) }]);

/** What a viewer shows of an animated PNG file: each frame laid over the one before. */
function played(file: Buffer): Frame[] {
  const chunks = chunksOf(file).map(({ name, content }) => ({ name, content: Buffer.from(content) }));
  const [key = Buffer.alloc(6)] = chunks.filter(({ name }) => name === 'tRNS').map(({ content }) => content);
  let screen = new Uint8Array(WIDTH * HEIGHT * 3);
  return chunks.flatMap(({ name, content }, index) => {
    if (name !== 'fcTL') return [];
    const [width = 0, height = 0, left = 0, top = 0] = [4, 8, 12, 16].map((at) => content.readUInt32BE(at));
    const data = chunks[index + 1];
    const pixels = data?.content.subarray(data.name === 'fdAT' ? 4 : 0) ?? Buffer.alloc(0);
    const part = decoded(fileOf([headerOf(width, height), { name: 'IDAT', content: pixels }])).rgb;
    screen = Uint8Array.from(screen);
    for (let at = 0; at < width * height; at += 1) {
      const pixel = part.subarray(at * 3, at * 3 + 3);
      if (pixel[0] === key[1] && pixel[1] === key[3] && pixel[2] === key[5]) continue;
      screen.set(pixel, ((top + Math.floor(at / width)) * WIDTH + left + (at % width)) * 3);
    }
    return [{ bitmap: bitmap([...screen]), durationMs: content.readUInt16BE(20) }];
  });
}

describe('an animation', () => {
  it('shows each frame as it was, for as long as it was, and packs only what has changed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ bitmap: bitmaps, durationMs: fc.integer({ min: 1, max: 999 }) }), {
          minLength: 1,
          maxLength: 6,
        }),
        (frames) => {
          const shown = (all: readonly Frame[]) =>
            all.flatMap(({ bitmap: { rgb }, durationMs }) => Array.from({ length: durationMs }, () => rgb.join()));

          expect(shown(played(animationOf(frames)))).toEqual(shown(frames));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('takes little for two pixels that change far from each other', () => {
    const side = 64;
    const noise = Uint8Array.from({ length: side * side * 3 }, (_, at) => (at * at * 7919) % 251);
    const changed = Uint8Array.from(noise);
    changed[0] = 255;
    changed[changed.length - 1] = 255;
    const frame = (rgb: Uint8Array): Frame => ({ bitmap: { width: side, height: side, rgb }, durationMs: 70 });

    const [one, both] = [animationOf([frame(noise)]), animationOf([frame(noise), frame(changed)])];

    expect(both.length - one.length).toBeLessThan(250);
  });

  it('says how large it is, how long it takes, and that it begins again', () => {
    const frame = (byte: number): Frame => ({ bitmap: bitmap(Array(36).fill(byte)), durationMs: 70 });

    const facts = factsOf(animationOf([frame(1), frame(2), frame(2), frame(3)]));

    expect(facts).toEqual({ width: WIDTH, height: HEIGHT, frames: 3, durationMs: 280, loopsForEver: true });
  });

  it('is refused without a frame', () => {
    expect(() => animationOf([])).toThrow('there is no frame to put into an animation');
  });
});

describe('a PNG file', () => {
  it('gives back the pixels that were packed', () => {
    fc.assert(fc.property(bitmaps, (pixels) => expect(decoded(still(pixels))).toEqual(pixels)));
  });

  it.each([
    ['as they are', 0, [9, 8, 7, 6, 5, 4]],
    ['as differences to the left', 1, [9, 8, 7, 253, 253, 253]],
    ['as differences to what is above', 2, [4, 3, 2, 1, 0, 255]],
    ['as differences to the mean of both', 3, [7, 6, 5, 255, 255, 254]],
    ['as differences to the nearest of three', 4, [4, 3, 2, 253, 253, 253]],
  ])('is read when its lines are written %s', (_how, filter, second) => {
    const lines = Buffer.from([0, 5, 5, 5, 5, 5, 5, filter, ...second]);
    const file = fileOf([headerOf(2, 2), { name: 'IDAT', content: deflateSync(lines) }]);

    expect([...decoded(file).rgb]).toEqual([5, 5, 5, 5, 5, 5, 9, 8, 7, 6, 5, 4]);
  });

  it('is read where what is nearest is left above', () => {
    const lines = Buffer.from([0, 5, 5, 5, 6, 6, 6, 4, 255, 255, 255, 3, 3, 3]);
    const file = fileOf([headerOf(2, 2), { name: 'IDAT', content: deflateSync(lines) }]);

    expect([...decoded(file).rgb.subarray(6)]).toEqual([4, 4, 4, 8, 8, 8]);
  });

  it('of another kind is refused by what it is', () => {
    const palette = { name: 'IHDR', content: Buffer.concat([bytes32(1, 1), Buffer.from([8, 3, 0, 0, 0])]) };

    expect(() => decoded(fileOf([palette]))).toThrow('a PNG file of 8 bits and type 3, where 8 and 2 were expected');
    expect(() => chunksOf(Buffer.from('RIFF'))).toThrow('this is no PNG file');
  });

  it('takes the smaller of two ways to pack', () => {
    const sameBelow = bitmap(Array.from({ length: 36 }, (_, at) => (((at % 12) * 97) % 251) + Math.floor(at / 12)));
    const flat = bitmap(Array(36).fill(7));
    const secondLineIsWritten = (pixels: Bitmap) => inflateSync(packed(pixels))[WIDTH * 3 + 1];

    expect(secondLineIsWritten(sameBelow)).toBe(2);
    expect(secondLineIsWritten(flat)).toBe(0);
  });
});

describe('shots of a camera', () => {
  const shot = (atMs: number) => ({ atMs, png: `at ${atMs}` });

  it('are at most one for each step, the latest, and together as long as the take and the time to read', () => {
    const take = { beginMs: 1000, shots: [shot(1005), shot(1040), shot(1120), shot(1360)], endMs: 1500 };

    const frames = paced(take, 100, 250);

    expect(frames).toEqual([
      { png: 'at 1040', durationMs: 100 },
      { png: 'at 1120', durationMs: 200 },
      { png: 'at 1360', durationMs: 450 },
    ]);
  });

  it('begin with what was to be seen when the take began, in whatever order they came', () => {
    const take = { beginMs: 1000, shots: [shot(1210), shot(700), shot(300)], endMs: 1300 };

    expect(paced(take, 100)).toEqual([
      { png: 'at 700', durationMs: 200 },
      { png: 'at 1210', durationMs: 100 },
    ]);
  });

  it('are missed when there is none', () => {
    expect(() => paced({ beginMs: 0, shots: [], endMs: 5 }, 100)).toThrow('nothing was filmed');
  });
});

describe('the terminal', () => {
  const output = [
    { atMs: 400, text: 'starts <one>\n' },
    { atMs: 900, text: 'ready\n' },
    { atMs: 9000, text: 'late\n' },
  ];
  const page = terminalPage('folder', 'ab', output, { width: 900, height: 700 });
  const delays = [...page.matchAll(/<span[^>]*animation-delay:(\d+)ms">([^<]*)</g)].map(([, ms, text]) => [
    Number(ms),
    text,
  ]);

  it('types the command, then prints what was printed when it was printed; only what makes one wait for nothing is cut', () => {
    expect(delays).toEqual([
      [75, 'a'],
      [150, 'b'],
      [800, 'starts &lt;one>\n'],
      [1300, 'ready\n'],
      [2300, 'late\n'],
    ]);
  });

  it('marks the last piece, for who waits for it', () => {
    expect(page).toMatch(/<span class="last" [^>]*>late\n/);
  });
});
