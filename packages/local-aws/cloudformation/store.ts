import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { asError } from '../core/errors.ts';

const storedSchema = z.strictObject({
  stackName: z.string(),
  /** Restoring goes in this order, so that exports exist before they are imported. */
  order: z.number(),
  template: z.unknown(),
  parameters: z.record(z.string(), z.string()),
  /** How often each replaced resource was replaced: its generated name follows from that. */
  generations: z.record(z.string(), z.number()),
});

/** What of a stack outlives the process. */
export type StoredStack = z.output<typeof storedSchema>;

/** Keeps stacks on disk; without a folder, nowhere. */
export interface StackStore {
  save(stack: StoredStack): Promise<void>;
  remove(stackName: string): Promise<void>;
  /** In the order of their first deployment; beside them those whose file cannot be read, with the reason. */
  load(): Promise<{ stacks: StoredStack[]; damaged: { stackName: string; error: Error }[] }>;
}

/** One JSON file per stack in `<stateFolder>/stacks`. */
export function createStackStore(stateFolder: string | undefined): StackStore {
  if (stateFolder === undefined) {
    return {
      save: async () => undefined,
      remove: async () => undefined,
      load: async () => ({ stacks: [], damaged: [] }),
    };
  }
  const folder = join(stateFolder, 'stacks');
  const fileOf = (stackName: string) => join(folder, `${stackName}.json`);
  return {
    async save(stack) {
      await mkdir(folder, { recursive: true });
      const file = fileOf(stack.stackName);
      await writeFile(`${file}.new`, JSON.stringify(stack, undefined, 2));
      await rename(`${file}.new`, file);
    },
    remove: (stackName) => rm(fileOf(stackName), { force: true }),
    async load() {
      const names = await readdir(folder).catch(() => []);
      const stacks: StoredStack[] = [];
      const damaged: { stackName: string; error: Error }[] = [];
      for (const name of names.filter((name) => name.endsWith('.json'))) {
        const file = join(folder, name);
        try {
          stacks.push(storedSchema.parse(JSON.parse(await readFile(file, 'utf8'))));
        } catch (cause) {
          const error = new Error(`${file} is damaged: ${asError(cause).message}`, { cause });
          damaged.push({ stackName: basename(name, '.json'), error });
        }
      }
      return { stacks: stacks.toSorted((left, right) => left.order - right.order), damaged };
    },
  };
}
