import type { ChildProcess } from 'node:child_process';
import { type FSWatcher, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BuiltPage, builtPage, readBuild } from './builtPage.ts';
import type { Page } from './page.ts';
import { buildKey, currentBuild, takenFiles } from './pageBuild.ts';

const ROOT = dirname(import.meta.dirname);
/** An editor writes a file in several steps, and git many files. */
const SETTLE_MS = 150;

/**
 * The page as it is built from the sources: from the cache, or built now. When the sources change it is built again, and `report` told;
 * the page before goes on until then, and for browsers that have it its files stay.
 * Resolves when the page is there. Throws PageBuildError.
 */
export async function keptBuild(report: (line: string) => void): Promise<Page> {
  let child: ChildProcess | undefined;
  let isClosed = false;
  const build = () => currentBuild((started) => (child = started));
  const first = await build();
  let key = first.key;
  let built = readBuild(first.folder);
  let building = Promise.resolve();

  const buildAgain = async () => {
    if (isClosed || buildKey() === key) return;
    const startedAt = performance.now();
    try {
      const next = await build();
      if (next.key === key) return;
      key = next.key;
      built = withFilesOf(readBuild(next.folder), built);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      report(`built the page again in ${seconds} s: load it again (--dev-web shows each change at once)`);
    } catch (error) {
      if (!isClosed) report(`${error instanceof Error ? error.message : error}\nthe page before goes on`);
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const onChange = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      building = building.then(buildAgain);
    }, SETTLE_MS);
  };
  const watchers = watchSources(onChange);
  return builtPage(
    async () => built,
    async () => {
      isClosed = true;
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      child?.kill();
      await building;
    },
  );
}

const withFilesOf = (next: BuiltPage, before: BuiltPage): BuiltPage => ({
  ...next,
  files: new Map([...before.files, ...next.files]),
});

function watchSources(onChange: () => void): FSWatcher[] {
  const folders = ['src', 'public'].map((folder) => watch(join(ROOT, folder), { recursive: true }, onChange));
  // Their folders: an editor that puts another file in a file's place would take the watch with it.
  const others = new Set([ROOT, ...takenFiles().map(dirname)]);
  return [...folders, ...[...others].map((folder) => watch(folder, onChange))].map((watcher) =>
    watcher.on('error', () => {}),
  );
}
