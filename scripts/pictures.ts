import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { CHROME_FLAGS, findChrome } from './chrome.ts';
import { factsOf } from './pictures/animation.ts';
import { type FilmedArcade, startFilmedArcade } from './pictures/arcade.ts';
import { makeFilm } from './pictures/film.ts';
import { FILM, fileOf, pictureRows } from './pictures/rows.ts';
import { takePicture } from './pictures/takePicture.ts';
import { endOnSignals } from './signals.ts';
import { ROOT } from './workspace.ts';

/** Where they go; the READMEs show them from there. */
export const IMAGES = join(ROOT, 'docs/images');

const HELP = `npm run pictures [-- options]

Starts the arcade, opens its pages in the machine's Chrome or Chromium, and takes the pictures and the film of the READMEs
anew, into docs/images. Each waits for what it shows; the film takes three minutes, of which most are cut out.

  --only ping-pong,arcade   only the files whose names begin so
  --help                    this text

Files: ${[FILM, ...new Set(pictureRows.map(fileOf))].join(', ')}.
LOCAL_AWS_PORT (4566), WEB_PORT (4000) and ARCADE_PORT_BASE (4100) move the arcade's ports. CHROME_PATH says where the browser is.`;

/** The files that are asked for. Throws an Error that names the ones there are when nothing begins so. */
export function wantedFiles(only: string | undefined): string[] {
  const all = [FILM, ...pictureRows.map(fileOf)];
  if (only === undefined) return all;
  const beginnings = only.split(',');
  const unknown = beginnings.find((beginning) => !all.some((file) => file.startsWith(beginning)));
  if (unknown !== undefined) throw new Error(`There is no picture '${unknown}': ${all.join(', ')}.`);
  return all.filter((file) => beginnings.some((beginning) => file.startsWith(beginning)));
}

/** The machine's browser. Throws an Error that says what to do where there is none. */
export function browserPath(find = findChrome): string {
  const path = find();
  if (path) return path;
  throw new Error(
    'There is no Chrome or Chromium on this machine: install one (Debian: apt install chromium), or say in CHROME_PATH where it is.',
  );
}

function keep(file: string, content: Buffer): void {
  writeFileSync(join(IMAGES, file), content);
  console.log(`${file.padEnd(36)} ${String(Math.ceil(content.length / 1000)).padStart(5)} kB`);
}

async function takeAll(files: readonly string[], browser: Browser, arcade: FilmedArcade) {
  mkdirSync(IMAGES, { recursive: true });
  // First, while nothing is broken.
  if (files.includes(FILM)) {
    const film = await makeFilm(browser, arcade);
    keep(FILM, film);
    const { width, height, frames, durationMs } = factsOf(film);
    console.log(`  ${width} x ${height} pixels, ${frames} frames, ${(durationMs / 1000).toFixed(1)} s`);
  }
  for (const row of pictureRows) {
    if (files.includes(fileOf(row))) keep(fileOf(row), await takePicture(browser, arcade, row));
  }
}

async function main(): Promise<void> {
  const { only, help } = parseArgs({
    options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  }).values;
  if (help) return console.log(HELP);
  const files = wantedFiles(only);
  await using ending = new AsyncDisposableStack();
  endOnSignals(ending);
  const executablePath = browserPath();
  const arcade = ending.adopt(await startFilmedArcade(), ({ stop }) => stop());
  const browser = ending.adopt(await chromium.launch({ executablePath, args: CHROME_FLAGS }), (opened) =>
    opened.close(),
  );
  await takeAll(files, browser, arcade);
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
