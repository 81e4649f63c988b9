import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { headersOf, type SiteFile, sitePlan } from '../site/plan.ts';

const file = (key: string, text = key): SiteFile => {
  const body = Buffer.from(text);
  return { key, body, md5: createHash('md5').update(body).digest('hex') };
};
const keysOf = (groups: SiteFile[][]) => groups.map((group) => group.map(({ key }) => key));
const presentOf = (...files: SiteFile[]) => new Map(files.map(({ key, md5 }) => [key, md5]));

describe('the plan for a site', () => {
  it('puts what is new or another, the pages after all else, so that none asks for what is not there yet', () => {
    const same = file('favicon.svg');
    const files = [file('index.html', 'new'), file('_arcade/config'), same, file('assets/b.js'), file('a.html')];

    const { put, remove } = sitePlan(files, presentOf(file('index.html', 'old'), same), []);

    expect(keysOf(put)).toEqual([['assets/b.js'], ['_arcade/config'], ['index.html', 'a.html']]);
    expect(remove).toEqual([]);
  });

  it('removes what is gone, but leaves what open pages of the build before still ask for', () => {
    const present = presentOf(file('assets/older.js'), file('assets/before.js'), file('gone.html'), file('index.html'));

    const { put, remove } = sitePlan([file('index.html'), file('assets/now.js')], present, ['assets/before.js', 'x']);

    expect(keysOf(put)).toEqual([['assets/now.js']]);
    expect(remove).toEqual(['assets/older.js', 'gone.html']);
  });

  it.each([
    ['assets/index-BfmYiN2J.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['mafia/_id.html', 'text/html; charset=utf-8', 'no-cache'],
    ['_arcade/config', 'application/json', 'no-cache'],
    ['graphs/mafia.json', 'application/json', 'no-cache'],
    ['favicon.svg', 'image/svg+xml', 'no-cache'],
    ['events.asyncapi.yml', 'text/yaml; charset=utf-8', 'no-cache'],
    ['a.unheard-of', 'application/octet-stream', 'no-cache'],
  ])('has %s served as %s, kept: %s', (key, ContentType, CacheControl) => {
    expect(headersOf(key)).toEqual({ ContentType, CacheControl });
  });
});
