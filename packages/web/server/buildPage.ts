import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, isAbsolute, join } from 'node:path';
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib';
import { build, type Plugin } from 'vite';

/**
 * Builds the page into the folder that is named, and lays each text's compressed forms beside it. A process of its own: Vite is
 * loaded for a second, and not kept.
 */
const [outDir = ''] = process.argv.slice(2);
const root = dirname(import.meta.dirname);

/** Shorter than this nothing is gained. */
const LEAST_BYTES = 512;
const TEXTS = ['.js', '.css', '.svg', '.json', '.txt'];

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

// `laptop`: without what a deployed page has, for here local-aws answers.
await build({
  ...{ root, configFile: join(root, 'vite.config.ts'), configLoader: 'native', mode: 'laptop', logLevel: 'warn' },
  plugins: [noteTaken],
  build: { outDir },
});
writeFileSync(join(outDir, 'taken.json'), JSON.stringify([...taken].sort()));
for (const file of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
  if (!TEXTS.includes(extname(file))) continue;
  const path = join(outDir, file);
  const text = readFileSync(path);
  if (text.length < LEAST_BYTES) continue;
  writeFileSync(`${path}.gz`, gzipSync(text, { level: zlib.Z_BEST_COMPRESSION }));
  writeFileSync(`${path}.br`, brotliCompressSync(text, { params: { [zlib.BROTLI_PARAM_SIZE_HINT]: text.length } }));
}
