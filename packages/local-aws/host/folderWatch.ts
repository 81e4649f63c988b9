import { type Dirent, type FSWatcher, watch as nodeWatch, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** How long changes are gathered: an editor writes, renames and touches within some milliseconds. */
const GATHER_MS = 40;

/** What a person can do when the system allows no further watches. */
const REMEDIES: Record<string, string> = {
  ENOSPC: 'raise fs.inotify.max_user_watches (sudo sysctl fs.inotify.max_user_watches=524288)',
  EMFILE:
    'raise fs.inotify.max_user_instances (sudo sysctl fs.inotify.max_user_instances=512) or the limit of open files (ulimit -n)',
};

/** Who is told. */
export interface FolderWatchParts {
  onChange(files: ReadonlySet<string>): void;
  /** Watching does not work, and what to do; called once. */
  onTrouble(sentence: string): void;
  /** `watch` of `node:fs`. */
  watch?: (folder: string, listener: (event: string, name: string | null) => void) => FSWatcher;
}

interface Watched {
  watcher: FSWatcher;
  /** Which folder it is that has this path. */
  identity: string;
}

/** Watches folders, not what is below them, and tells of changed files together. */
export class FolderWatch {
  readonly #watchers = new Map<string, Watched>();
  readonly #parts: FolderWatchParts;
  #wanted: ReadonlySet<string> = new Set();
  /** Folders that were not there when last looked, or were removed since. */
  readonly #absent = new Set<string>();
  #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #isTroubled = false;
  #isClosed = false;

  constructor(parts: FolderWatchParts) {
    this.#parts = parts;
  }

  /**
   * Watches these folders, and no others any more. Folders, because editors put a new file in the place of the old one. One that is
   * not there, or is removed later, is waited for: its files count as changed when it comes (`git checkout` of another branch and back).
   */
  watch(folders: ReadonlySet<string>): void {
    if (this.#isClosed) return;
    this.#wanted = folders;
    this.#look();
  }

  /** For good: a reload that was under way asks in vain to watch again. */
  close(): void {
    this.watch(new Set());
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** Watches what is there now: each wanted folder, or the nearest above it that is there. */
  #look(): void {
    const standing = new Map<string, string>();
    for (const folder of this.#wanted) {
      const identity = identityOf(folder);
      if (identity === undefined) {
        this.#absent.add(folder);
        const [above, ofAbove] = nearestAbove(folder);
        standing.set(above, ofAbove);
      } else {
        standing.set(folder, identity);
        if (this.#absent.has(folder) || this.#isReplaced(folder, identity)) this.#noteAllIn(folder);
      }
    }
    for (const [folder, { identity }] of this.#watchers) {
      if (standing.get(folder) !== identity || this.#absent.has(folder)) this.#drop(folder);
    }
    for (const [folder, identity] of standing) {
      if (!this.#watchers.has(folder)) this.#add(folder, identity);
    }
    for (const folder of this.#absent)
      if (!this.#wanted.has(folder) || standing.has(folder)) this.#absent.delete(folder);
  }

  #isReplaced(folder: string, identity: string): boolean {
    const watched = this.#watchers.get(folder);
    return watched !== undefined && watched.identity !== identity;
  }

  #noteAllIn(folder: string): void {
    for (const { name } of entriesOf(folder)) this.#note(join(folder, name));
  }

  #add(folder: string, identity: string): void {
    const { watch = nodeWatch } = this.#parts;
    try {
      const watcher = watch(folder, (_event, name) => {
        if (name === null) return;
        // A watch that ends with its folder says so by the folder's name (Linux); nothing more comes from it.
        if (name === basename(folder)) this.#absent.add(folder);
        this.#note(join(folder, name));
      });
      watcher.on('error', () => this.#drop(folder));
      this.#watchers.set(folder, { watcher, identity });
    } catch (error) {
      this.#tell(error as NodeJS.ErrnoException);
    }
  }

  #drop(folder: string): void {
    this.#watchers.get(folder)?.watcher.close();
    this.#watchers.delete(folder);
  }

  #tell({ code = '', message }: NodeJS.ErrnoException): void {
    // It went this very moment, which whoever watches above it is told.
    if (code === 'ENOENT' || code === 'ENOTDIR' || this.#isTroubled) return;
    this.#isTroubled = true;
    const remedy = REMEDIES[code];
    this.#parts.onTrouble(
      `changes of files are not noticed everywhere: ${message}${remedy === undefined ? '' : `; ${remedy}, and start again`}`,
    );
  }

  #note(file: string): void {
    this.#changed.add(file);
    this.#timer ??= setTimeout(() => {
      this.#look();
      const changed = this.#changed;
      this.#changed = new Set();
      this.#timer = undefined;
      this.#parts.onChange(changed);
    }, GATHER_MS);
  }
}

/** Undefined when it is no folder. */
function identityOf(folder: string): string | undefined {
  try {
    const stats = statSync(folder, { throwIfNoEntry: false });
    return stats?.isDirectory() ? `${stats.dev}:${stats.ino}` : undefined;
  } catch {
    return undefined;
  }
}

function nearestAbove(folder: string): [folder: string, identity: string] {
  const above = dirname(folder);
  const identity = identityOf(above);
  return identity === undefined && above !== folder ? nearestAbove(above) : [above, identity ?? ''];
}

/** None in a folder that is not there. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Folders in which nothing is written by hand. */
const LEFT_OUT = /^(node_modules|coverage|\..*)$/;

/** A folder and all below it, and the folders of `files`. */
export function foldersOf(top: string, files: readonly string[]): Set<string> {
  const found = new Set(files.map((file) => dirname(file)));
  const visit = (folder: string) => {
    found.add(folder);
    for (const entry of entriesOf(folder)) {
      if (entry.isDirectory() && !LEFT_OUT.test(entry.name)) visit(join(folder, entry.name));
    }
  };
  visit(top);
  return found;
}
