import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib';
import { build } from 'vite';

/**
 * Builds the page into the folder that is named, and lays each text's compressed forms beside it. A process of its own: Vite is
 * loaded for a second, and not kept.
 */
const [outDir = ''] = process.argv.slice(2);
const root = dirname(import.meta.dirname);

/** Shorter than this nothing is gained. */
const LEAST_BYTES = 512;
const TEXTS = ['.js', '.css', '.svg', '.json', '.txt'];

// `laptop`: without what a deployed page has, for here local-aws answers.
await build({ root, configFile: join(root, 'vite.config.ts'), mode: 'laptop', logLevel: 'warn', build: { outDir } });
for (const file of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
  if (!TEXTS.includes(extname(file))) continue;
  const path = join(outDir, file);
  const text = readFileSync(path);
  if (text.length < LEAST_BYTES) continue;
  writeFileSync(`${path}.gz`, gzipSync(text, { level: zlib.Z_BEST_COMPRESSION }));
  writeFileSync(`${path}.br`, brotliCompressSync(text, { params: { [zlib.BROTLI_PARAM_SIZE_HINT]: text.length } }));
}
