import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Open, open } from '../front-door/tests/open.ts';
import { KEYS_FILE, type Keys, newKeys, readKeys, writeKeys } from '../keys.ts';
import { dropState } from '../stateFolder.ts';

const URL = 'http://127.0.0.1:4566';

let folder: string;
const opened: Open[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  rmSync(folder, { recursive: true, force: true });
});

const file = () => join(folder, KEYS_FILE);
const start = async () => {
  const one = await open({ stateFolder: folder });
  opened.push(one);
  return one;
};
const put = (keys: Partial<Keys> = {}) => writeKeys(folder, { endpoint: URL, ...newKeys(), ...keys });

describe('the keys of a local-aws', () => {
  it('are in its state folder for the owner alone, new at each start, and gone when it has ended', async () => {
    const first = await start();
    const before = readKeys(folder, first.door.endpoint());
    const mode = statSync(file()).mode & 0o777;
    await first.close();
    const isGone = !existsSync(file());
    const second = await start();
    const after = readKeys(folder, second.door.endpoint());

    expect(before).toEqual(first.keys);
    expect(mode).toBe(0o600);
    expect(isGone).toBe(true);
    expect(after.secret).not.toBe(before.secret);
    expect(after.accessKeyId).not.toBe(before.accessKeyId);
  });

  it('are written into no file that somebody else has put there', () => {
    const target = join(folder, 'target');
    writeFileSync(target, 'as it was');
    symlinkSync(target, file());

    put();

    expect(readFileSync(target, 'utf8')).toBe('as it was');
    expect(readKeys(folder, URL).endpoint).toBe(URL);
  });

  it('go with the state', async () => {
    put();

    await dropState(folder);

    expect(existsSync(file())).toBe(false);
  });

  const refusals: [string, () => void, RegExp][] = [
    ['there are none', () => {}, /keys\.json cannot be used: it is not there: .*LOCAL_AWS_STATE/],
    [
      'others can read them',
      () => {
        put();
        chmodSync(file(), 0o640);
      },
      /others can read or write it/,
    ],
    ['they are no keys', () => writeFileSync(file(), '{}', { mode: 0o600 }), /it cannot be read/],
    [
      'another local-aws answers at the port',
      () => put({ endpoint: 'http://127.0.0.1:7566' }),
      /are those of a local-aws at http:\/\/127\.0\.0\.1:7566: .*LOCAL_AWS_STATE/,
    ],
  ];

  it.each(refusals)('are refused in a sentence where %s', (_what, spoil, sentence) => {
    spoil();

    expect(() => readKeys(folder, URL)).toThrow(sentence);
  });
});
