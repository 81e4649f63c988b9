import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { routeAt } from '../src/routes.ts';
import { type Encoding, encodingFor } from './answers.ts';
import { type Page, withTags } from './page.ts';

/** A file of a build, with its compressed forms. */
interface BuiltFile {
  type: string;
  tag: string;
  /** Its name follows from its content. */
  isHashed: boolean;
  plain: Buffer;
  br?: Buffer;
  gzip?: Buffer;
}

/** A build, whole in memory: nothing else of the machine can be asked for, and a later build may remove its folder. */
export interface BuiltPage {
  /** By path: `/assets/index-BfmYiN2J.js`. */
  files: ReadonlyMap<string, BuiltFile>;
  index: string;
  /** For each of the app's routes what it shows before any script has come; under an empty name that of all other addresses. */
  looks: Readonly<Record<string, string>>;
  /** For each page, by where it is below the root (`mafia`, `space-invaders/manager`), the tags that fetch it while the app itself is still on its way. */
  preloads: ReadonlyMap<string, string>;
}

/** What Vite says of its output; by source file. */
type Manifest = Record<string, ManifestEntry | undefined>;
interface ManifestEntry {
  file: string;
  src?: string;
  css?: string[];
  imports?: string[];
  isEntry?: boolean;
  isDynamicEntry?: boolean;
}

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  // AsyncAPI's own is application/vnd.aai.asyncapi+yaml: browsers would not show it.
  '.yml': 'text/yaml; charset=utf-8',
  '.map': 'application/json',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
const COMPRESSED = ['.br', '.gz'];
const YEAR_S = 31_536_000;

/** Reads a build. Throws when the folder has none. */
export function readBuild(folder: string): BuiltPage {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => name.replaceAll(sep, '/'));
  const read = (name: string) => (names.includes(name) ? readFileSync(join(folder, name)) : undefined);
  const files = new Map<string, BuiltFile>();
  for (const name of names) {
    if (COMPRESSED.includes(extname(name)) || name.startsWith('.') || name === 'index.html') continue;
    const plain = readFileSync(join(folder, name));
    const [br, gzip] = [read(`${name}.br`), read(`${name}.gz`)];
    files.set(`/${name}`, {
      type: TYPES[extname(name)] ?? 'application/octet-stream',
      tag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 20)}"`,
      isHashed: name.startsWith('assets/'),
      ...{ plain, ...(br && { br }), ...(gzip && { gzip }) },
    });
  }
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Manifest;
  const looks = JSON.parse(readFileSync(join(folder, '.vite/looks.json'), 'utf8')) as Record<string, string>;
  const index = withStyles(readFileSync(join(folder, 'index.html'), 'utf8'), files);
  return { files, index, looks, preloads: preloadsIn(manifest) };
}

/** The app's own styles within the page: what stands there can be painted before anything else has come. */
const withStyles = (index: string, files: ReadonlyMap<string, BuiltFile>): string =>
  index.replace(/<link rel="stylesheet"[^>]* href="([^"]+)"[^>]*>/g, (link, path: string) => {
    const style = files.get(path);
    return style ? `<style>${style.plain}</style>` : link;
  });

/**
 * `src/ping-pong/PingPongPage.tsx` is the page of `ping-pong` and of all below it that has no page of its own. What else is loaded when it
 * is needed is left until then.
 */
const PAGE = /^src\/(.+)\/\w+Page\.tsx$/;

function preloadsIn(manifest: Manifest): Map<string, string> {
  const entries = Object.values(manifest).filter((entry) => entry !== undefined);
  const withImports = (entry: ManifestEntry): ManifestEntry[] => [
    entry,
    ...(entry.imports ?? []).flatMap((key) => (manifest[key] ? withImports(manifest[key]) : [])),
  ];
  const ofApp = entries.filter(({ isEntry }) => isEntry).flatMap(withImports);
  const preloads = new Map<string, string>();
  for (const page of entries) {
    const place = PAGE.exec(page.src ?? '')?.[1];
    if (!page.isDynamicEntry || place === undefined) continue;
    const own = withImports(page).filter((entry) => !ofApp.includes(entry));
    const files = new Set(own.flatMap(({ css = [], file }) => [...css, file]));
    preloads.set(place, [...files].map(tagFor).join('\n    '));
  }
  return preloads;
}

/** Styles do not wait for each other: the app adds them before it shows the page. */
const tagFor = (file: string) =>
  file.endsWith('.css')
    ? `<link rel="preload" as="style" crossorigin href="/${file}" />`
    : `<link rel="modulepreload" crossorigin href="/${file}" />`;

/** The page at an address: what it shows before any script has come, and what fetches its parts. */
export function htmlAt({ index, looks, preloads }: BuiltPage, path: string): string {
  const look = looks[routeAt(path) ?? ''] ?? '';
  const html = index.replace(/(?<=<div id="root">)/, () => look);
  const [, scenario = '', below] = (path === '/' ? '/home' : path).split('/');
  const tags = preloads.get(`${scenario}/${below}`) ?? preloads.get(scenario);
  return tags === undefined ? html : withTags(html, tags);
}

/** Serves what `current` gives: another build may take its place while it is served. */
export function builtPage(current: () => BuiltPage, close: () => Promise<void>): Page {
  return {
    html: async (path) => htmlAt(current(), path),
    async serveFile(request, response, path) {
      const file = current().files.get(path);
      if (!file) return false;
      const encoding = encodingFor(request);
      const body = bodyFor(file, encoding);
      const headers = {
        'content-type': file.type,
        etag: file.tag,
        'cache-control': file.isHashed ? `public, max-age=${YEAR_S}, immutable` : 'no-cache',
        vary: 'accept-encoding',
      };
      if (request.headers['if-none-match'] === file.tag) {
        response.writeHead(304, headers).end();
        return true;
      }
      const isCompressed = body !== file.plain;
      response.writeHead(200, {
        ...headers,
        'content-length': body.length,
        ...(isCompressed && { 'content-encoding': encoding }),
      });
      response.end(request.method === 'HEAD' ? undefined : body);
      return true;
    },
    takeSocket: () => false,
    close,
  };
}

const bodyFor = (file: BuiltFile, encoding: Encoding | undefined): Buffer => (encoding && file[encoding]) ?? file.plain;
