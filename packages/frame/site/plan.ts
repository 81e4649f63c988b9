/** A file of a site, as it is to be served. */
export interface SiteFile {
  /** Its path, without a slash in front: `assets/index-BfmYiN2J.js`. */
  key: string;
  body: Buffer;
  /** In hexadecimal digits: an object's ETag, where it was put in one piece. */
  md5: string;
}

/** What a deployment does to a site's bucket. */
export interface SitePlan {
  /** Each group when the one before is there: what a page asks for is there before the page is. */
  put: SiteFile[][];
  remove: string[];
}

/** Where it stands which hashed files a deployment has put: those of the one before stay for pages that are open. */
export const BUILD_KEY = '_arcade/build.json';

/** Files whose names follow from their content. */
export const isHashed = (key: string): boolean => key.startsWith('assets/');

/**
 * What must be done so that a bucket has these files, and no others but the hashed ones of the build before (`earlier`): a browser that has
 * its page asks for them yet. `present`: the objects that there are, with their ETags (without quotation marks).
 */
export function sitePlan(
  files: readonly SiteFile[],
  present: ReadonlyMap<string, string>,
  earlier: readonly string[],
): SitePlan {
  const keys = new Set([...files.map(({ key }) => key), ...earlier.filter(isHashed)]);
  const changed = files.filter(({ key, md5 }) => present.get(key) !== md5);
  return {
    put: [0, 1, 2].map((rank) => changed.filter((file) => rankOf(file) === rank)).filter(({ length }) => length > 0),
    remove: [...present.keys()].filter((key) => !keys.has(key)),
  };
}

const rankOf = ({ key }: SiteFile): number => (isHashed(key) ? 0 : key.endsWith('.html') ? 2 : 1);

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  map: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  webp: 'image/webp',
  woff2: 'font/woff2',
  yml: 'text/yaml; charset=utf-8',
};
const YEAR_S = 31_536_000;

/** How a file is served: for a year where its name follows from its content, else asked for anew each time. What has no ending is JSON. */
export function headersOf(key: string): { ContentType: string; CacheControl: string } {
  const name = key.slice(key.lastIndexOf('/') + 1);
  const ending = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : 'json';
  return {
    ContentType: TYPES[ending] ?? 'application/octet-stream',
    CacheControl: isHashed(key) ? `public, max-age=${YEAR_S}, immutable` : 'no-cache',
  };
}
