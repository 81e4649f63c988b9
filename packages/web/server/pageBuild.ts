import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** packages/web. */
const ROOT = dirname(import.meta.dirname);
const REPOSITORY = dirname(dirname(ROOT));
const BUILDS = join(REPOSITORY, '.cache/web');
/** What a build follows from, beside what it takes from elsewhere; the lock file stands for what is installed. */
const SOURCES = [
  'src/**',
  'public/**',
  'index.html',
  'vite.config.ts',
  'package.json',
  'server/{buildPage,builtPage,pageBuild}.ts',
  'site/pages.ts',
];
const LOCK_FILE = join(REPOSITORY, 'pnpm-lock.yaml');
/** The files that the latest build has taken from elsewhere in the repository: what services are shown with. */
const TAKEN = join(BUILDS, 'taken.json');
/** Builds that are kept: that of the other branch, too. */
const KEPT = 4;
/** How much of what a failed build has said is shown. */
const SHOWN_LINES = 20;

/** A build that is there. */
export interface Build {
  /** Follows from the sources. */
  key: string;
  folder: string;
}

/** The page cannot be built; the message says why, in the tools' own words. */
export class PageBuildError extends Error {
  override readonly name = 'PageBuildError';
}

/** The files outside of packages/web that the latest build was made from. */
export function takenFiles(): string[] {
  const taken = existsSync(TAKEN) ? (JSON.parse(readFileSync(TAKEN, 'utf8')) as string[]) : [];
  return taken.filter((file) => existsSync(file));
}

const ownSources = (): string[] =>
  globSync(SOURCES, { cwd: ROOT })
    .map((file) => join(ROOT, file))
    .filter((file) => statSync(file).isFile())
    .sort();

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256').update(process.version);
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file));
  return hash.digest('hex').slice(0, 20);
}

/** What the build of the sources as they are now is kept under. */
export const buildKey = (): string => hashOf([LOCK_FILE, ...ownSources(), ...takenFiles()]);

/**
 * The build of the sources as they are now: the one that is kept, or a new one, which takes a second or two. Throws PageBuildError.
 */
export async function currentBuild(ending?: AbortSignal): Promise<Build & { isNew: boolean }> {
  const kept = keptUnder(buildKey());
  if (existsSync(kept.folder)) return { ...kept, isNew: false };
  mkdirSync(BUILDS, { recursive: true });
  const unfinished = join(BUILDS, `.${kept.key}.${process.pid}`);
  try {
    const before = hashOf(ownSources());
    await runBuild(unfinished, ending);
    // Somebody has gone on writing meanwhile: nobody knows which of it this is.
    if (hashOf(ownSources()) !== before) return await currentBuild(ending);
    renameSync(join(unfinished, basename(TAKEN)), TAKEN);
    // Only now it is known all that the build follows from.
    const built = keptUnder(buildKey());
    // Only what is whole has its name; whoever was first has made the same.
    if (!existsSync(built.folder)) renameSync(unfinished, built.folder);
    forgetOldBuilds(built.key);
    return { ...built, isNew: true };
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

const keptUnder = (key: string): Build => ({ key, folder: join(BUILDS, key) });

function runBuild(outDir: string, ending: AbortSignal | undefined): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'buildPage.ts'), outDir], {
    cwd: ROOT,
    // Whoever starts this may be a test, which would have React as it is for developers.
    env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: ending,
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => lines.push(text));
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code) => {
      if (code === 0) return resolve();
      const said = lines.join('').trim().split('\n').slice(0, SHOWN_LINES).join('\n');
      reject(new PageBuildError(`the page could not be built:\n${said || `exit code ${code}`}`));
    });
  });
}

/** Removes all but the latest builds. A server that serves one has it in its memory. */
function forgetOldBuilds(current: string): void {
  const others = readdirSync(BUILDS)
    .filter((name) => name !== current && /^[0-9a-f]+$/.test(name))
    .map((name) => ({ folder: join(BUILDS, name), atMs: statSync(join(BUILDS, name)).mtimeMs }))
    .sort((one, other) => other.atMs - one.atMs);
  for (const { folder } of others.slice(KEPT - 1)) rmSync(folder, { recursive: true, force: true });
}
