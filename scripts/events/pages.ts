import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Channel, Party } from '../../packages/events/catalogue.ts';
import { ROOT } from '../workspace.ts';

const PAGES = join(ROOT, 'packages/web/src');
/** Folders of the front page, which has no path of its own. */
const FRONT = ['home', 'floor'];
/** They speak of events, and hear none. */
const NO_PAGES = ['events', 'live', 'wire', 'parts', 'lib'];

/** All of the source text of each page, by its address. */
function pageSources(): Map<string, string> {
  const sources = new Map<string, string>();
  for (const entry of readdirSync(PAGES, { withFileTypes: true, recursive: true })) {
    const [folder = ''] = join(entry.parentPath, entry.name)
      .slice(PAGES.length + 1)
      .split('/');
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || NO_PAGES.includes(folder)) continue;
    const page = FRONT.includes(folder) ? '/' : `/${folder}`;
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    sources.set(page, `${sources.get(page) ?? ''}\n${text}`);
  }
  return sources;
}

/** The pages that hear the events of sockets: those whose code names a type that goes over one. */
export function pagesHearing(channels: readonly Channel[], publishers: readonly Party[]): Party[] {
  const sources = [...pageSources()];
  return channels
    .filter(({ transport }) => transport === 'socket')
    .flatMap(({ id, service }) => {
      const types = new Set(publishers.filter(({ channel }) => channel === id).map(({ type }) => type));
      // A page hears its own service's socket, and the front page the lobby's.
      const own = service === 'lobby' ? '/' : `/${service}`;
      return [...types].flatMap((type) =>
        sources
          .filter(([page, text]) => page === own && text.includes(`'${type}'`))
          .map(([page]) => ({ type, channel: id, service: 'web', node: page, kind: 'page' })),
      );
    });
}
