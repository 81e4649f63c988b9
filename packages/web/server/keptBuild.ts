import { watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BuiltPage, builtPage, readBuild } from './builtPage.ts';
import type { Page } from './page.ts';
import { type Build, buildKey, currentBuild, takenFiles } from './pageBuild.ts';

const ROOT = dirname(import.meta.dirname);
/** An editor writes a file in several steps, and git many files. */
const SETTLE_MS = 150;

/** What a page is built from, and how. */
export interface PageSources {
  /** Follows from the sources as they are now. */
  key(): string;
  /** The build of the sources as they are now; ends early when `ending` says so. Throws PageBuildError. */
  build(ending: AbortSignal): Promise<Build>;
  read(build: Build): BuiltPage;
  /** Calls back once for each burst of changes, until the function that it gives is called. */
  follow(onChange: () => void): () => void;
}

/** Those of packages/web. */
const pageSources: PageSources = {
  key: buildKey,
  build: currentBuild,
  read: ({ folder }) => readBuild(folder),
  follow: watchSources,
};

/**
 * The page as it is built from the sources: from the cache, or built now. When the sources change it is built again, and `report` told;
 * the page before goes on until then, and for browsers that have it its files stay: those of one build, or a day of changes would fill the memory.
 * Resolves when the page is there. Throws PageBuildError.
 */
export async function keptBuild(report: (line: string) => void, sources: PageSources = pageSources): Promise<Page> {
  const ending = new AbortController();
  const first = await sources.build(ending.signal);
  let key = first.key;
  let latest = sources.read(first);
  let shown = latest;
  let building = Promise.resolve();

  const buildAgain = async () => {
    try {
      if (ending.signal.aborted || sources.key() === key) return;
      const startedAt = performance.now();
      const next = await sources.build(ending.signal);
      if (next.key === key) return;
      key = next.key;
      const before = latest;
      latest = sources.read(next);
      shown = withFilesOf(latest, before);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      report(`built the page again in ${seconds} s: load it again (--dev-web shows each change at once)`);
    } catch (error) {
      if (!ending.signal.aborted) report(`${error instanceof Error ? error.message : error}\nthe page before goes on`);
    }
  };
  const unfollow = sources.follow(() => {
    building = building.then(buildAgain);
  });
  return builtPage(
    () => shown,
    async () => {
      unfollow();
      ending.abort();
      await building;
    },
  );
}

const withFilesOf = (next: BuiltPage, before: BuiltPage): BuiltPage => ({
  ...next,
  files: new Map([...before.files, ...next.files]),
});

function watchSources(onChange: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, SETTLE_MS);
  };
  const whole = ['src', 'public'].map((folder) => watch(join(ROOT, folder), { recursive: true }, soon));
  // Their folders: an editor that puts another file in a file's place would take the watch with it.
  const others = new Set([ROOT, ...takenFiles().map(dirname)]);
  const watchers = [...whole, ...[...others].map((folder) => watch(folder, soon))];
  for (const watcher of watchers) watcher.on('error', () => {});
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
