import { crc32, deflateRawSync } from 'node:zlib';

/** A file for an archive, and what a test makes wrong with it. */
export interface Zipped {
  content?: string | Buffer;
  /** Unix's mode, with the kind of file. Default: a plain file. */
  mode?: number;
  /** Default: deflated. */
  method?: number;
  /** What the directory says of its length. Default: the truth. */
  size?: number;
  crc?: number;
  flags?: number;
}

const PLAIN_FILE = 0o100644;

/** Makes a ZIP archive for a test, also a wrong one. The same name may stand twice. */
export function zipOf(files: readonly (readonly [name: string, file: Zipped | string])[]): Buffer {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, given] of files) {
    const {
      content = '',
      mode = PLAIN_FILE,
      method = 8,
      flags = 0,
      ...stated
    } = typeof given === 'string' ? { content: given } : given;
    const plain = Buffer.from(content);
    const packed = method === 8 ? deflateRawSync(plain) : plain;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(stated.crc ?? crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(stated.size ?? plain.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(0x0314, 4);
    common.copy(entry, 6);
    entry.writeUInt32LE((mode << 16) >>> 0, 38);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name));
    const head = Buffer.alloc(4);
    head.writeUInt32LE(0x04034b50, 0);
    local.push(head, common, Buffer.from(name), packed);
    offset += 30 + Buffer.byteLength(name) + packed.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, entries, end]);
}
