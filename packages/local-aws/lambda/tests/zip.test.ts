import { describe, expect, it } from '@jest/globals';
import { zipOf } from '../../testkit/zip.ts';
import { readZip } from '../code/zip.ts';

const LIMITS = { bytes: 1000, files: 3 };
const read = (archive: Buffer) =>
  readZip(archive, LIMITS).map(({ path, content }) => [path, content.toString()] as const);

describe('an archive of code', () => {
  it('gives its files, deflated or stored, and no folders', () => {
    const archive = zipOf([
      ['handlers/', { mode: 0o040755, method: 0 }],
      ['handlers/ping.cjs', 'exports.handler = 1'],
      ['./empty', { content: '', method: 0 }],
    ]);

    expect(read(archive)).toEqual([
      ['handlers/ping.cjs', 'exports.handler = 1'],
      ['empty', ''],
    ]);
  });

  it('is found behind what stands before its end, with a comment or without', () => {
    const archive = zipOf([['a', 'b']]);
    archive.writeUInt16LE(3, archive.length - 2);

    expect(read(Buffer.concat([archive, Buffer.from('abc')]))).toEqual([['a', 'b']]);
  });

  it.each([
    ['leaves its folder', zipOf([['../a', 'b']]), /'..\/a' would not lie in the function's folder/],
    ['leaves its folder on the way', zipOf([['a/../../b', 'b']]), /would not lie/],
    ['has an absolute name', zipOf([['/etc/a', 'b']]), /would not lie/],
    ['has a name of Windows', zipOf([['a\\b', 'b']]), /would not lie/],
    ['has a drive', zipOf([['C:a', 'b']]), /would not lie/],
    ['holds a link', zipOf([['a', { content: '/etc/passwd', mode: 0o120777 }]]), /'a' is a link or a device/],
    ['holds a device', zipOf([['a', { mode: 0o020666 }]]), /'a' is a link or a device/],
    [
      'has a name twice',
      zipOf([
        ['a', '1'],
        ['./a', '2'],
      ]),
      /it has 'a' twice/,
    ],
    ['is encrypted', zipOf([['a', { content: 'x', flags: 1 }]]), /'a' is encrypted/],
    ['is packed otherwise', zipOf([['a', { content: 'x', method: 12 }]]), /by the method 12/],
    ['has other bytes than its sum', zipOf([['a', { content: 'x', crc: 1 }]]), /'a' is damaged/],
    ['is longer than it says', zipOf([['a', { content: 'xyz'.repeat(100), size: 10 }]]), /'a' is damaged/],
    ['is shorter than it says', zipOf([['a', { content: 'x', size: 10 }]]), /'a' is damaged/],
    ['says that it is too long', zipOf([['a', { content: 'x', size: 1001 }]]), /more than 1000 bytes/],
    [
      'is too long in all',
      zipOf([
        ['a', 'x'.repeat(600)],
        ['b', 'x'.repeat(600)],
      ]),
      /more than 1000 bytes/,
    ],
    [
      'has too many files',
      zipOf([
        ['a', ''],
        ['b', ''],
        ['c', ''],
        ['d', ''],
      ]),
      /it has 4 entries, and at most 3/,
    ],
    ['is none', Buffer.from('exports.handler = 1'), /it is no ZIP archive/],
    ['is empty', Buffer.alloc(0), /it is no ZIP archive/],
    [
      'is cut off',
      zipOf([['a', 'x'.repeat(500)]]).subarray(20),
      /cut off or damaged|no ZIP|where its directory|directory is damaged/,
    ],
  ])('that %s is refused', (_what, archive, message) => {
    expect(() => read(archive)).toThrow(message);
  });

  it('is not inflated beyond what it says of itself', () => {
    const bomb = zipOf([['a', { content: Buffer.alloc(50_000_000), size: 900 }]]);

    expect(() => read(bomb)).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ code: 'ERR_BUFFER_TOO_LARGE' }) }),
    );
  });
});
