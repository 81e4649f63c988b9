import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What runs in pages. It is loaded by its path: its types need the browser's, which scripts do not have. */
interface InPage {
  develop(png: string): Promise<string>;
  showPointer(): void;
}

const FILES: Readonly<Record<keyof InPage, string>> = { develop: 'develop.ts', showPointer: 'pointer.ts' };

/** A function that runs in pages, to be handed to one. */
export async function inPage<Name extends keyof InPage>(name: Name): Promise<InPage[Name]> {
  const module: InPage = await import(pathToFileURL(join(import.meta.dirname, 'inPage', FILES[name])).href);
  return module[name];
}
