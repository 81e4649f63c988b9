import { type Bitmap, type Box, bytes32, type Chunk, chunksOf, cropped, fileOf, headerOf, packed } from './png.ts';

/** What is shown, and for how long. */
export interface Frame {
  bitmap: Bitmap;
  durationMs: number;
}

/** This colour lets the frame before show through; it occurs in no page. */
const GLASS = [255, 0, 255] as const;
/** Leaves the frame there when its time is over. */
const STAYS = 0;
/** A frame lies over the one before. */
const OVER = 1;
/** A file's number of frames and how often they are shown: 0 is for ever. */
const FOR_EVER = 0;

/** The smallest box around all pixels that differ; undefined when none does. */
export function changeBetween(before: Bitmap, after: Bitmap): Box | undefined {
  const { width, height } = after;
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let at = 0; at < width * height; at += 1) {
    if (isSame(before, after, at)) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = y;
  }
  return right < 0 ? undefined : { x: left, y: top, width: right + 1 - left, height: bottom + 1 - top };
}

function isSame({ rgb: before }: Bitmap, { rgb: after }: Bitmap, at: number): boolean {
  const [red, green, blue] = [at * 3, at * 3 + 1, at * 3 + 2];
  return before[red] === after[red] && before[green] === after[green] && before[blue] === after[blue];
}

/** The pixels of a box that differ, and glass where none does. */
function onlyChanged(before: Bitmap, after: Bitmap, box: Box): Bitmap {
  const [old, part] = [cropped(before, box), cropped(after, box)];
  const rgb = Uint8Array.from(part.rgb);
  for (let at = 0; at < box.width * box.height; at += 1) if (isSame(old, part, at)) rgb.set(GLASS, at * 3);
  return { ...part, rgb };
}

interface Layer extends Box {
  durationMs: number;
  pixels: Uint8Array;
}

/** What is laid over what was there; frames in which nothing has changed show the one before for longer. */
function layersOf(frames: readonly Frame[]): Layer[] {
  const layers: Layer[] = [];
  let before: Bitmap | undefined;
  for (const { bitmap, durationMs } of frames) {
    const { width, height } = bitmap;
    const box = before ? changeBetween(before, bitmap) : { x: 0, y: 0, width, height };
    const last = layers.at(-1);
    if (!box && last) last.durationMs += durationMs;
    if (box) layers.push({ ...box, durationMs, pixels: packed(before ? onlyChanged(before, bitmap, box) : bitmap) });
    before = bitmap;
  }
  return layers;
}

/** An animated PNG file that begins again for ever. All frames are of one size. Throws an Error when there is none. */
export function animationOf(frames: readonly Frame[]): Buffer {
  const layers = layersOf(frames);
  const [first] = layers;
  if (!first) throw new Error('there is no frame to put into an animation');
  let number = 0;
  const chunks = layers.flatMap(({ x, y, width, height, durationMs, pixels }, index): Chunk[] => {
    const time = Buffer.alloc(4);
    time.writeUInt16BE(Math.min(Math.round(durationMs), 0xff_ff));
    time.writeUInt16BE(1000, 2);
    const control = Buffer.concat([bytes32(number, width, height, x, y), time, Buffer.from([STAYS, OVER])]);
    number += 1;
    if (index === 0)
      return [
        { name: 'fcTL', content: control },
        { name: 'IDAT', content: pixels },
      ];
    const data = Buffer.concat([bytes32(number), pixels]);
    number += 1;
    return [
      { name: 'fcTL', content: control },
      { name: 'fdAT', content: data },
    ];
  });
  const glass = Buffer.from(GLASS.flatMap((byte) => [0, byte]));
  return fileOf([
    headerOf(first.width, first.height),
    { name: 'acTL', content: bytes32(layers.length, FOR_EVER) },
    { name: 'tRNS', content: glass },
    ...chunks,
    { name: 'IEND', content: Buffer.alloc(0) },
  ]);
}

/** What an animated PNG file says of itself. */
export interface AnimationFacts {
  width: number;
  height: number;
  frames: number;
  /** How long it takes once. */
  durationMs: number;
  loopsForEver: boolean;
}

/** Reads an animation's facts from its file. Throws an Error when it is no PNG, or does not move. */
export function factsOf(file: Buffer): AnimationFacts {
  const chunks = chunksOf(file).map(({ name, content }) => ({ name, content: Buffer.from(content) }));
  const header = chunks.find(({ name }) => name === 'IHDR')?.content;
  const animation = chunks.find(({ name }) => name === 'acTL')?.content;
  if (!header || !animation) throw new Error('this PNG file is no animation');
  const times = chunks.flatMap(({ name, content }) =>
    name === 'fcTL' ? [(content.readUInt16BE(20) * 1000) / content.readUInt16BE(22)] : [],
  );
  return {
    width: header.readUInt32BE(0),
    height: header.readUInt32BE(4),
    frames: times.length,
    durationMs: times.reduce((sum, time) => sum + time, 0),
    loopsForEver: animation.readUInt32BE(4) === FOR_EVER,
  };
}
