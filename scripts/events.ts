/**
 * Writes down the catalogue of all events: for the page `/events`, and as an AsyncAPI document (`docs/events.asyncapi.yml`). It follows
 * from contracts, templates and code; what does not fit together is told: docs/decisions/events-catalogue.md.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { stringify } from 'yaml';
import { asyncApiOf } from './events/asyncApi.ts';
import { makeCatalogue } from './events/catalogue.ts';
import { ROOT, readJson } from './workspace.ts';

const HEAD = '# All events of the arcade. Written by `npm run events`, from contracts, templates and code.\n';

/** The files that the catalogue is written down in, as they should be, and what does not fit together. */
export async function eventFiles(): Promise<{ files: { path: string; content: string }[]; problems: string[] }> {
  const { catalogue, problems } = await makeCatalogue();
  const { version } = readJson<{ version: string }>(join(ROOT, 'package.json'));
  const document = stringify(asyncApiOf(catalogue, version), { lineWidth: 0, aliasDuplicateObjects: false });
  return {
    problems,
    files: [
      { path: join(ROOT, 'docs/events.asyncapi.yml'), content: HEAD + document },
      {
        path: join(ROOT, 'packages/web/src/events/catalogue.json'),
        content: `${JSON.stringify(catalogue, undefined, 2)}\n`,
      },
    ],
  };
}

/** Those files that are not as they should be. */
export const staleFiles = (files: readonly { path: string; content: string }[]) =>
  files.filter(({ path, content }) => !existsSync(path) || readFileSync(path, 'utf8') !== content);

if (import.meta.main) {
  const { files, problems } = await eventFiles();
  const stale = staleFiles(files);
  for (const { path, content } of stale) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    console.log(`wrote ${relative(ROOT, path)}`);
  }
  if (stale.length === 0) console.log('All events are written down as they are.');
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
