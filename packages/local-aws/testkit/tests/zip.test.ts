import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { unzip } from '../zip.ts';

/** A zip file as the format's specification says, with each entry stored or deflated. */
function zipOf(entries: { name: string; content: string; deflated: boolean }[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, deflated } of entries) {
    const data = deflated ? deflateRawSync(content) : Buffer.from(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(deflated ? 8 : 0, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(Buffer.byteLength(content), 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, rest, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, ...directory, Buffer.from('PK\x05\x06'), end]);
}

describe('unzip', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'unzip-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const unzipped = async (bytes: Buffer) => {
    await writeFile(join(folder, 'a.zip'), bytes);
    await unzip(join(folder, 'a.zip'), join(folder, 'out'));
  };

  it('writes stored and deflated files, in folders', async () => {
    const long = 'ping pong '.repeat(1000);

    await unzipped(
      zipOf([
        { name: 'handlers/', content: '', deflated: false },
        { name: 'handlers/ping.cjs', content: long, deflated: true },
        { name: 'plain.txt', content: 'plain', deflated: false },
      ]),
    );

    expect(await readFile(join(folder, 'out/handlers/ping.cjs'), 'utf8')).toBe(long);
    expect(await readFile(join(folder, 'out/plain.txt'), 'utf8')).toBe('plain');
  });

  it('refuses an entry that leads outside the folder', async () => {
    await expect(unzipped(zipOf([{ name: '../evil.txt', content: 'x', deflated: false }]))).rejects.toThrow(
      'a zip entry leads outside: ../evil.txt',
    );

    expect(await readdir(folder)).not.toContain('evil.txt');
  });

  it('refuses what is not a zip file', async () => {
    await expect(unzipped(Buffer.from('just text'))).rejects.toThrow('is not a zip file');
  });
});
