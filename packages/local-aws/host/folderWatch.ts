import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';

/** How long changes are gathered: an editor writes, renames and touches within some milliseconds. */
const GATHER_MS = 40;

/** Watches folders, not what is below them, and tells of changed files together. */
export class FolderWatch {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #onChange: (files: ReadonlySet<string>) => void;
  #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(onChange: (files: ReadonlySet<string>) => void) {
    this.#onChange = onChange;
  }

  /** Watches these folders, and no others any more. Folders, because editors put a new file in the place of the old one. */
  watch(folders: ReadonlySet<string>): void {
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#add(folder);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.watch(new Set());
  }

  #add(folder: string): void {
    try {
      const watcher = watch(folder, (_event, name) => name !== null && this.#note(join(folder, name)));
      // A folder that is removed is watched again when something is compiled from it again.
      watcher.on('error', () => {
        watcher.close();
        this.#watchers.delete(folder);
      });
      this.#watchers.set(folder, watcher);
    } catch {
      // It is not there: nothing can change in it.
    }
  }

  #note(file: string): void {
    this.#changed.add(file);
    this.#timer ??= setTimeout(() => {
      const changed = this.#changed;
      this.#changed = new Set();
      this.#timer = undefined;
      this.#onChange(changed);
    }, GATHER_MS);
  }
}

/** Folders in which nothing is written by hand. */
const LEFT_OUT = /^(node_modules|coverage|\..*)$/;

/** A service's folder and all below it, and the folders of `files`. */
export function foldersOf(serviceFolder: string, files: readonly string[]): Set<string> {
  const found = new Set(files.map((file) => dirname(file)));
  const visit = (folder: string) => {
    found.add(folder);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory() && !LEFT_OUT.test(entry.name)) visit(join(folder, entry.name));
    }
  };
  visit(serviceFolder);
  return found;
}
