import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib';
import { build, type InlineConfig, type Plugin } from 'vite';
import { exampleOf, pages } from '../site/pages.ts';
import { routes } from '../src/routes.ts';
import { htmlAt, readBuild } from './builtPage.ts';

/**
 * Builds the page into the folder that is named: for `laptop` with each text's compressed forms beside it, for `stage` as the files of a
 * site. A process of its own: Vite is loaded for a second, and not kept.
 */
const [outDir = '', mode = 'laptop'] = process.argv.slice(2);
const root = dirname(import.meta.dirname);

/** Shorter than this nothing is gained. */
const LEAST_BYTES = 512;
const TEXTS = ['.js', '.css', '.svg', '.json', '.txt', '.yml'];

/** The files that the page takes from elsewhere in the repository. */
const taken = new Set<string>();
const noteTaken: Plugin = {
  name: 'arcade-note-taken',
  buildEnd() {
    for (const id of this.getModuleIds()) {
      const file = id.split('?')[0] ?? '';
      if (isAbsolute(file) && !file.includes('/node_modules/') && !file.startsWith(`${root}/`)) taken.add(file);
    }
  },
};

const common: InlineConfig = {
  ...{ root, configFile: join(root, 'vite.config.ts'), configLoader: 'native', mode, logLevel: 'warn' },
};
await build({ ...common, plugins: [noteTaken], build: { outDir, emptyOutDir: true } });
await lookFirst();
if (mode === 'laptop') compressAll();
else writePages();

function compressAll(): void {
  writeFileSync(join(outDir, 'taken.json'), JSON.stringify([...taken].sort()));
  for (const file of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
    if (!TEXTS.includes(extname(file))) continue;
    const path = join(outDir, file);
    const text = readFileSync(path);
    if (text.length < LEAST_BYTES) continue;
    writeFileSync(`${path}.gz`, gzipSync(text, { level: zlib.Z_BEST_COMPRESSION }));
    writeFileSync(`${path}.br`, brotliCompressSync(text, { params: { [zlib.BROTLI_PARAM_SIZE_HINT]: text.length } }));
  }
}

/** A file for each route: nobody puts a page together at the edge. */
function writePages(): void {
  const built = readBuild(outDir);
  for (const { file, example } of pages) {
    mkdirSync(join(outDir, dirname(file)), { recursive: true });
    writeFileSync(join(outDir, file), htmlAt(built, example));
  }
  rmSync(join(outDir, '.vite'), { recursive: true });
}

/** Writes down what each address shows before any script has come; for an address that leads nowhere under an empty name. */
async function lookFirst(): Promise<void> {
  const folder = join(outDir, '.vite/look');
  await build({
    ...common,
    // What stands beside a page is nothing of its look.
    mode: 'laptop',
    // In one file, which needs nothing around it.
    ssr: { noExternal: true },
    build: {
      outDir: folder,
      emptyOutDir: true,
      ssr: 'src/prerender.tsx',
      manifest: false,
      sourcemap: false,
      copyPublicDir: false,
    },
  });
  const { firstLook } = (await import(
    pathToFileURL(join(folder, 'prerender.js')).href
  )) as typeof import('../src/prerender.tsx');
  const looks = Object.fromEntries(routes.map((route) => [route, firstLook(exampleOf(route))]));
  writeFileSync(join(outDir, '.vite/looks.json'), JSON.stringify({ ...looks, '': firstLook('/no/where') }));
  rmSync(folder, { recursive: true });
}
