import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;

/**
 * Unpacks a zip file into `folder`. Enough for what `sls package` makes: no encryption, no zip64.
 * Throws when the file is something else. (Format: APPNOTE.TXT of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16.)
 */
export async function unzip(file: string, folder: string): Promise<void> {
  const bytes = await readFile(file);
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || bytes.readUInt32LE(end) !== END_SIGNATURE) throw new Error(`${file} is not a zip file`);
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (bytes.readUInt32LE(at) !== ENTRY_SIGNATURE) throw new Error(`${file} has a directory that cannot be read`);
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    if (!name.endsWith('/')) await writeEntry(bytes, at, inside(folder, name));
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
}

/** The path of an entry; never outside the folder. */
function inside(folder: string, name: string): string {
  const path = resolve(folder, name);
  if (relative(folder, path).startsWith('..')) throw new Error(`a zip entry leads outside: ${name}`);
  return path;
}

async function writeEntry(bytes: Buffer, at: number, path: string): Promise<void> {
  const method = bytes.readUInt16LE(at + 10);
  const size = bytes.readUInt32LE(at + 20);
  const header = bytes.readUInt32LE(at + 42);
  const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
  const packed = bytes.subarray(start, start + size);
  if (method !== STORED && method !== DEFLATED) throw new Error(`a zip entry is packed in an unknown way: ${method}`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, method === STORED ? packed : inflateRawSync(packed));
}

/** Where the bundle of a handler (`handlers/ping.handler`) lies in an unpacked archive. */
export function bundlePath(folder: string, handler: string, extension: string): string {
  return join(folder, `${handler.slice(0, handler.lastIndexOf('.'))}${extension}`);
}
