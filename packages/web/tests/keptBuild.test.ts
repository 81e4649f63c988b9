import { beforeEach, describe, expect, it } from '@jest/globals';
import type { BuiltPage } from '../server/builtPage.ts';
import { keptBuild, type PageSources } from '../server/keptBuild.ts';
import type { Page } from '../server/page.ts';

/** A build that shows which one it is, and has one file of its own. */
const builtFrom = (key: string): BuiltPage => {
  const file = { type: 'text/javascript', tag: `"${key}"`, isHashed: true, plain: Buffer.from(key) };
  return { files: new Map([[`/assets/${key}.js`, file]]), index: `built from ${key}`, looks: {}, preloads: new Map() };
};

let now: string;
let builds: string[];
let change: () => void;
let following: boolean;
let failure: Error | undefined;
const sources: PageSources = {
  key: () => now,
  async build() {
    builds.push(now);
    if (failure) throw failure;
    return { key: now, folder: '' };
  },
  read: ({ key }) => builtFrom(key),
  follow(onChange) {
    change = onChange;
    following = true;
    return () => {
      following = false;
    };
  },
};
beforeEach(() => {
  now = 'one';
  builds = [];
  failure = undefined;
});

/** Starts, and gives what was said since, and how to change the sources and wait until that has had its effect. */
async function start() {
  const said: string[] = [];
  let heard = () => {};
  const page = await keptBuild((line) => {
    said.push(line);
    heard();
  }, sources);
  const changeTo = async (key: string) => {
    now = key;
    const told = new Promise<void>((resolve) => {
      heard = resolve;
    });
    change();
    await told;
  };
  return { page, said, changeTo };
}
const hasFile = async (page: Page, path: string) => {
  const request = { headers: {}, method: 'HEAD' } as Parameters<Page['serveFile']>[0];
  const response = { writeHead: () => response, end: () => response } as unknown as Parameters<Page['serveFile']>[1];
  return page.serveFile(request, response, path);
};

describe('a page whose sources change while it is served', () => {
  it('is built again and shown from then on, and browsers that have the page before still find its files', async () => {
    const { page, said, changeTo } = await start();

    await changeTo('two');

    expect(await page.html('/')).toBe('built from two');
    expect([await hasFile(page, '/assets/one.js'), await hasFile(page, '/assets/two.js')]).toEqual([true, true]);
    expect(said).toEqual([expect.stringMatching(/^built the page again in \d+\.\d s: load it again \(--dev-web/)]);
  });

  it('keeps the files of the page before and no older ones', async () => {
    const { page, changeTo } = await start();

    await changeTo('two');
    await changeTo('three');

    const kept = ['one', 'two', 'three'].map((build) => hasFile(page, `/assets/${build}.js`));
    expect(await Promise.all(kept)).toEqual([false, true, true]);
  });

  it('goes on as it was when it cannot be built, with the reason, and is built when that is mended', async () => {
    const { page, said, changeTo } = await start();

    failure = new Error('App.tsx: Expected ";"');
    await changeTo('broken');
    const meanwhile = await page.html('/');
    failure = undefined;
    await changeTo('mended');

    expect([meanwhile, await page.html('/')]).toEqual(['built from one', 'built from mended']);
    expect(said[0]).toBe('App.tsx: Expected ";"\nthe page before goes on');
  });

  it('is not built when they are as before, and not followed any more when it is closed', async () => {
    const { page } = await start();

    change();
    await page.close();
    now = 'two';
    change();
    await page.close();

    expect(builds).toEqual(['one']);
    expect(following).toBe(false);
  });
});
