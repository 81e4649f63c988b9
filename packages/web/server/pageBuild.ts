import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** packages/web. */
const ROOT = dirname(import.meta.dirname);
const REPOSITORY = dirname(dirname(ROOT));
const BUILDS = join(REPOSITORY, '.cache/web');
/** All that a build follows from; the lock file stands for what is installed. */
const SOURCES = ['src/**', 'public/**', 'index.html', 'vite.config.ts', 'package.json', 'server/buildPage.ts'];
const LOCK_FILE = join(REPOSITORY, 'pnpm-lock.yaml');
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

/** What the build of the sources as they are now is kept under. */
export function buildKey(): string {
  const hash = createHash('sha256').update(process.version).update(readFileSync(LOCK_FILE));
  const files = globSync(SOURCES, { cwd: ROOT }).filter((file) => statSync(join(ROOT, file)).isFile());
  for (const file of files.sort())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(ROOT, file)));
  return hash.digest('hex').slice(0, 20);
}

/**
 * The build of the sources as they are now: the one that is kept, or a new one, which takes a second or two. Throws PageBuildError.
 */
export async function currentBuild(
  onChild: (child: ChildProcess) => void = () => {},
): Promise<Build & { isNew: boolean }> {
  const key = buildKey();
  const folder = join(BUILDS, key);
  if (existsSync(folder)) return { key, folder, isNew: false };
  mkdirSync(BUILDS, { recursive: true });
  const unfinished = join(BUILDS, `.${key}.${process.pid}`);
  try {
    await runBuild(unfinished, onChild);
    // Only what is whole has its name; whoever was first has made the same.
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  forgetOldBuilds(key);
  return { key, folder, isNew: true };
}

function runBuild(outDir: string, onChild: (child: ChildProcess) => void): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'buildPage.ts'), outDir], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onChild(child);
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
    .filter((name) => name !== current && !name.startsWith('.'))
    .map((name) => ({ folder: join(BUILDS, name), atMs: statSync(join(BUILDS, name)).mtimeMs }))
    .sort((one, other) => other.atMs - one.atMs);
  for (const { folder } of others.slice(KEPT - 1)) rmSync(folder, { recursive: true, force: true });
}
