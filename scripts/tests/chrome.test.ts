import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findChrome } from '../chrome.ts';

describe('findChrome', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chrome-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const addProgram = (name: string) => {
    const path = join(folder, name);
    writeFileSync(path, '');
    chmodSync(path, 0o755);
    return path;
  };

  it('takes what CHROME_PATH names before all others', () => {
    addProgram('chromium');
    const chosen = addProgram('my-own-browser');

    expect(findChrome({ CHROME_PATH: chosen, PATH: folder })).toBe(chosen);
  });

  it('says so when CHROME_PATH names nothing that can be run', () => {
    expect(() => findChrome({ CHROME_PATH: join(folder, 'gone'), PATH: folder })).toThrow(/CHROME_PATH is '.*gone'/);
  });

  it('finds a browser on the PATH, under any of its names', () => {
    const browser = addProgram('google-chrome-stable');

    expect(findChrome({ PATH: folder })).toBe(browser);
  });
});
