import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** https://sqlite.org/fileformat2.html#the_write_ahead_log */
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC = 0x377f0682;

/**
 * How many bytes of a database's write-ahead log lie behind what can be read, and belong to it: SQLite drops them in silence when it
 * opens the database. 0 for a whole log, or none.
 */
export function droppedBytes(path: string): number {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return 0;
  }
  try {
    const { size } = fstatSync(file);
    const log = Buffer.alloc(size);
    readSync(file, log, 0, size, 0);
    return lost(log);
  } finally {
    closeSync(file);
  }
}

function lost(log: Buffer): number {
  if (log.length === 0) return 0;
  if (log.length < HEADER_BYTES) return log.length;
  // The lowest bit of the magic number says which way round the checksums were made.
  const isBigEndian = (log.readUInt32BE(0) & 1) === 1;
  const head = summed(log.subarray(0, 24), [0, 0], isBigEndian);
  if ((log.readUInt32BE(0) & ~1) >>> 0 !== MAGIC || !isSum(log, 24, head)) return log.length;

  const frameBytes = FRAME_HEADER_BYTES + log.readUInt32BE(8);
  const salts = log.subarray(16, 24);
  let sum = head;
  let isBroken = false;
  let readable = HEADER_BYTES;
  let end = HEADER_BYTES;
  for (let at = HEADER_BYTES; at + FRAME_HEADER_BYTES <= log.length; at += frameBytes) {
    const frame = log.subarray(at, Math.min(at + frameBytes, log.length));
    // What is left of an earlier round has other salts.
    if (!frame.subarray(8, 16).equals(salts)) {
      isBroken = true;
      continue;
    }
    end = at + frame.length;
    if (isBroken || frame.length < frameBytes) continue;
    sum = summed(frame.subarray(FRAME_HEADER_BYTES), summed(frame.subarray(0, 8), sum, isBigEndian), isBigEndian);
    isBroken = !isSum(frame, 16, sum);
    // Only a frame that ends a commit says how large the database is.
    if (!isBroken && frame.readUInt32BE(4) !== 0) readable = end;
  }
  return end - readable;
}

type Sum = readonly [number, number];

function summed(bytes: Buffer, [first, second]: Sum, isBigEndian: boolean): Sum {
  let [one, two] = [first, second];
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    one = (one + (isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + two) >>> 0;
    two = (two + (isBigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + one) >>> 0;
  }
  return [one, two];
}

const isSum = (bytes: Buffer, at: number, [one, two]: Sum) =>
  bytes.readUInt32BE(at) === one && bytes.readUInt32BE(at + 4) === two;
