import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Range } from './conditions.ts';

/** Where objects' bodies are, in the state folder: a folder for each bucket, a file for each body. */
export const BODIES_FOLDER = 'objects';

/** What has been written of a body. */
export interface Written {
  size: number;
  /** MD5, in hexadecimal digits: an object's ETag. */
  md5: string;
}

/** The bodies of all objects. What names one stands in the store; a body that nothing names is thrown away at the next start. */
export interface Bodies {
  /** Writes a body while it comes; all of it is with the operating system when this resolves. A body that breaks off is removed. */
  write(folder: string, id: string, from: Readable): Promise<Written>;
  /** The body, or the part of it; undefined when it is gone. What is being read stays until it has been, even if it is removed. */
  read(folder: string, id: string, range?: Range): Promise<Readable | undefined>;
  remove(folder: string, id: string): void;
  removeAll(folder: string): void;
  /** Removes whatever is not named. Only folders that are `known` are looked into; others go when `isAll` says that these are all. */
  sweep(known: ReadonlyMap<string, ReadonlySet<string>>, isAll: boolean): void;
}

/** Bodies in files below the state folder; without one, in memory. */
export function createBodies(stateFolder: string | undefined): Bodies {
  return stateFolder === undefined ? inMemory() : inFiles(join(stateFolder, BODIES_FOLDER));
}

function inFiles(root: string): Bodies {
  const pathOf = (folder: string, id: string) => join(root, folder, id);
  return {
    async write(folder, id, from) {
      mkdirSync(join(root, folder), { recursive: true, mode: 0o700 });
      // What is kept here is its owner's alone, as all state is.
      const file = await open(pathOf(folder, id), 'wx', 0o600);
      try {
        return await measured(from, async (chunk) => {
          await file.write(chunk);
        });
      } catch (error) {
        rmSync(pathOf(folder, id), { force: true });
        throw error;
      } finally {
        await file.close();
      }
    },
    async read(folder, id, range) {
      const file = await open(pathOf(folder, id)).catch(() => undefined);
      return file?.createReadStream(range && { start: range.first, end: range.last });
    },
    remove: (folder, id) => rmSync(pathOf(folder, id), { force: true }),
    removeAll: (folder) => rmSync(join(root, folder), { recursive: true, force: true }),
    sweep(known, isAll) {
      for (const folder of existsSync(root) ? readdirSync(root) : []) {
        const named = known.get(folder);
        if (!named) {
          if (isAll) rmSync(join(root, folder), { recursive: true, force: true });
          continue;
        }
        for (const id of readdirSync(join(root, folder))) if (!named.has(id)) rmSync(pathOf(folder, id));
      }
    },
  };
}

function inMemory(): Bodies {
  const folders = new Map<string, Map<string, Buffer>>();
  return {
    async write(folder, id, from) {
      const chunks: Buffer[] = [];
      const written = await measured(from, async (chunk) => void chunks.push(chunk));
      const bodies = folders.get(folder) ?? new Map<string, Buffer>();
      folders.set(folder, bodies.set(id, Buffer.concat(chunks)));
      return written;
    },
    async read(folder, id, range) {
      const body = folders.get(folder)?.get(id);
      if (!body) return undefined;
      const part = range ? body.subarray(range.first, range.last + 1) : body;
      return Readable.from(part.length > 0 ? [part] : []);
    },
    remove: (folder, id) => void folders.get(folder)?.delete(id),
    removeAll: (folder) => void folders.delete(folder),
    sweep: () => undefined,
  };
}

async function measured(from: Readable, take: (chunk: Buffer) => Promise<void>): Promise<Written> {
  const hash = createHash('md5');
  let size = 0;
  for await (const chunk of from as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
    await take(chunk);
  }
  return { size, md5: hash.digest('hex') };
}
