import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { factsOf } from '../pictures/animation.ts';
import { FILM, fileOf, pictureRows } from '../pictures/rows.ts';
import { browserPath, IMAGES, wantedFiles } from '../pictures.ts';
import { ROOT } from '../workspace.ts';

const READMES = globSync(['README.md', 'services/*/README.md', 'packages/*/README.md', 'docs/decisions/*.md'], {
  cwd: ROOT,
}).sort();
/** In bytes; a desk with the thirty nodes of Space Invaders is the largest. */
const LARGEST = { film: 4_000_000, picture: 220_000 };

/** The repository's own images that a page shows, by their path from the repository's folder. */
function imagesIn(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const found = [...text.matchAll(/(?:src|srcset)="([^"]+)"|!\[[^\]]*\]\(([^)]+)\)/g)];
  return found
    .map(([, inTag, inText]) => inTag ?? inText ?? '')
    .filter((path) => !/^https?:/.test(path))
    .map((path) => relative(ROOT, join(ROOT, dirname(page), path)));
}

const shown = new Set(READMES.flatMap(imagesIn));
const expected = [FILM, ...pictureRows.map(fileOf)];
const bytesOf = (file: string): number => statSync(join(IMAGES, file)).size;

describe('the pictures of the READMEs (taken anew by: npm run pictures)', () => {
  it('are all there', () => {
    expect(shown.size).toBeGreaterThan(expected.length - 1);
    expect([...shown].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('are each shown by a README, and nothing else lies beside them', () => {
    expect(expected.filter((file) => !shown.has(`docs/images/${file}`))).toEqual([]);
    expect(readdirSync(IMAGES).toSorted()).toEqual(expected.toSorted());
  });

  it('have names of their own', () => {
    expect(new Set(expected).size).toBe(expected.length);
  });

  it('are shown by day to readers by day, and by night to readers by night', () => {
    const sources = READMES.flatMap((page) => [
      ...readFileSync(join(ROOT, page), 'utf8').matchAll(
        /<source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)">\s*<img src="([^"]+)"/g,
      ),
    ]).map(([, dark, light]) => [dark, light]);

    const light = new Set(sources.map(([, path = '']) => basename(path)));
    expect(light).toEqual(new Set(pictureRows.filter(({ scheme }) => scheme === 'light').map(fileOf)));
    for (const [dark, light = ''] of sources) expect(dark).toBe(light.replace('-light.', '-dark.'));
  });

  it('are small', () => {
    const rows = pictureRows.map(fileOf);

    expect(rows.filter((file) => bytesOf(file) > LARGEST.picture)).toEqual([]);
    expect(bytesOf(FILM)).toBeLessThan(LARGEST.film);
  });

  it('include a film of about twenty seconds that begins again for ever, as wide as a README', () => {
    const { width, durationMs, loopsForEver } = factsOf(readFileSync(join(IMAGES, FILM)));

    expect(loopsForEver).toBe(true);
    expect(width).toBeGreaterThan(850);
    expect(width).toBeLessThan(1000);
    expect(durationMs).toBeGreaterThan(14_000);
    expect(durationMs).toBeLessThan(26_000);
  });
});

describe('the files that are asked for', () => {
  it('are all of them when none is named, or those whose names begin so', () => {
    expect(wantedFiles(undefined)).toEqual(expected);
    expect(wantedFiles('arcade,mafia-peek')).toEqual([FILM, 'mafia-peek-desk-light.webp', 'mafia-peek-desk-dark.webp']);
  });

  it('are named when there is none that begins so', () => {
    expect(() => wantedFiles('mafia,rally')).toThrow(`There is no picture 'rally': ${FILM}, `);
  });
});

describe('a machine without a browser', () => {
  it('is told what to do', () => {
    expect(() => browserPath(() => undefined)).toThrow(
      'There is no Chrome or Chromium on this machine: install one (Debian: apt install chromium), or say in CHROME_PATH where it is.',
    );
  });
});
