import { posix } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';

/** A file of an archive. */
export interface ZipFile {
  /** Relative, with slashes: `handlers/ping.cjs`. */
  path: string;
  content: Buffer;
}

/** An archive that is not unpacked; the message is a sentence about it. */
export class ZipError extends Error {
  override readonly name = 'ZipError';
}

/** What an archive may come to. */
export interface ZipLimits {
  /** All files together, in bytes. */
  bytes: number;
  files: number;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
/** A comment stands behind the end, and is at most so long. */
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
/** In the upper half of an entry's attributes, where Unix made it: what kind of file it is. */
const KIND_MASK = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;

/**
 * Reads a ZIP archive (PKWARE's APPNOTE 6.3.3), as far as packages of functions need it: files stored or deflated, no ZIP64. Refuses, by
 * ZipError, whatever would come to lie elsewhere than below the folder that it is unpacked to (`..`, absolute names, links), names that
 * stand twice, damage, encryption, and more than `limits` allow; nothing beyond them is inflated.
 */
export function readZip(archive: Buffer, limits: ZipLimits): ZipFile[] {
  try {
    return filesIn(archive, limits);
  } catch (cause) {
    if (cause instanceof ZipError) throw cause;
    throw new ZipError('it is cut off or damaged', { cause });
  }
}

function filesIn(archive: Buffer, limits: ZipLimits): ZipFile[] {
  const end = endOf(archive);
  const count = archive.readUInt16LE(end + 10);
  if (count > limits.files) throw new ZipError(`it has ${count} entries, and at most ${limits.files} are taken`);
  const files: ZipFile[] = [];
  const paths = new Set<string>();
  let left = limits.bytes;
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    const entry = readEntry(archive, at);
    at = entry.next;
    const isFolder = entry.name.endsWith('/');
    checkKind(entry, isFolder);
    const path = safePath(entry.name);
    if (isFolder) continue;
    if (paths.has(path)) throw new ZipError(`it has '${path}' twice`);
    paths.add(path);
    if (entry.size > left) throw new ZipError(`its files have more than ${limits.bytes} bytes`);
    left -= entry.size;
    files.push({ path, content: contentOf(archive, entry) });
  }
  return files;
}

/** Where the record is that ends the archive: behind it comes at most a comment. */
function endOf(archive: Buffer): number {
  const first = Math.max(0, archive.length - END_BYTES - LONGEST_COMMENT);
  for (let at = archive.length - END_BYTES; at >= first; at -= 1) {
    const isEnd = archive.readUInt32LE(at) === END && at + END_BYTES + archive.readUInt16LE(at + 20) === archive.length;
    if (isEnd) return at;
  }
  throw new ZipError('it is no ZIP archive');
}

interface Entry {
  name: string;
  method: number;
  crc: number;
  packedSize: number;
  size: number;
  isEncrypted: boolean;
  /** Unix's mode; 0 where none is said. */
  mode: number;
  offset: number;
  next: number;
}

function readEntry(archive: Buffer, at: number): Entry {
  if (archive.readUInt32LE(at) !== ENTRY) throw new ZipError('its directory is damaged');
  const nameLength = archive.readUInt16LE(at + 28);
  const restLength = archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  const nameEnd = at + ENTRY_BYTES + nameLength;
  return {
    name: archive.toString('utf8', at + ENTRY_BYTES, nameEnd),
    method: archive.readUInt16LE(at + 10),
    crc: archive.readUInt32LE(at + 16),
    packedSize: archive.readUInt32LE(at + 20),
    size: archive.readUInt32LE(at + 24),
    isEncrypted: (archive.readUInt16LE(at + 8) & 1) === 1,
    mode: archive.readUInt32LE(at + 38) >>> 16,
    offset: archive.readUInt32LE(at + 42),
    next: nameEnd + restLength,
  };
}

function checkKind({ name, mode, isEncrypted }: Entry, isFolder: boolean): void {
  const kind = mode & KIND_MASK;
  if (kind !== 0 && kind !== (isFolder ? FOLDER : REGULAR))
    throw new ZipError(`'${name}' is a link or a device, not a file`);
  if (isEncrypted) throw new ZipError(`'${name}' is encrypted`);
}

function safePath(name: string): string {
  const path = posix.normalize(name.replace(/\/+$/, ''));
  const steps = name.split('/');
  const isOutside = path.startsWith('/') || steps.includes('..') || /[\\\0]/.test(name) || /^[a-zA-Z]:/.test(name);
  if (isOutside || path === '.' || path === '') throw new ZipError(`'${name}' would not lie in the function's folder`);
  return path;
}

function contentOf(archive: Buffer, { name, method, crc, packedSize, size, offset }: Entry): Buffer {
  if (archive.readUInt32LE(offset) !== LOCAL) throw new ZipError(`'${name}' is not where its directory says`);
  const from = offset + LOCAL_BYTES + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  if (from + packedSize > archive.length) throw new ZipError(`'${name}' is cut off`);
  const content = unpacked(archive.subarray(from, from + packedSize), method, { name, size });
  if (content.length !== size || crc32(content) !== crc) throw new ZipError(`'${name}' is damaged`);
  return content;
}

function unpacked(packed: Buffer, method: number, { name, size }: Pick<Entry, 'name' | 'size'>): Buffer {
  if (method === STORED) return Buffer.from(packed);
  if (method !== DEFLATED) throw new ZipError(`'${name}' is packed by the method ${method}, not deflated`);
  if (size === 0) return Buffer.alloc(0);
  try {
    // What goes on behind the stated size is not unpacked at all.
    return inflateRawSync(packed, { maxOutputLength: size });
  } catch (cause) {
    throw new ZipError(`'${name}' is damaged`, { cause });
  }
}
