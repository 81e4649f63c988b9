import { keepEsbuild } from '../build/esbuild.ts';

/** How long esbuild's process stays after an edit, for the next one. */
const KEEP_MS = 120_000;

/** esbuild's process, which stays for some minutes after an edit. */
export class KeptEsbuild {
  #kept: { letGo(): Promise<void>; timer: NodeJS.Timeout } | undefined;
  #isClosed = false;

  /** An edit: it stays for two minutes from now. */
  keep(): void {
    if (this.#isClosed) return;
    this.#kept ??= { letGo: keepEsbuild(), timer: setTimeout(() => this.letGo(), KEEP_MS).unref() };
    this.#kept.timer.refresh();
  }

  /** Whoever builds at this moment goes on. */
  async letGo(): Promise<void> {
    const kept = this.#kept;
    this.#kept = undefined;
    clearTimeout(kept?.timer);
    await kept?.letGo();
  }

  /** Lets go of it for good: an edit that was under way keeps it no longer. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.letGo();
  }
}
