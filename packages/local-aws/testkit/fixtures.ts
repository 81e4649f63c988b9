import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compileService } from '../build/service.ts';
import type { LocalAws } from './localAws.ts';

/** The fixtures of a service: `fixtures/<function>.<anything>.json`, the events that `sls invoke local` is given. */
export interface Fixtures {
  /**
   * Invokes the function that a fixture is for and gives its answer. `change` changes the fixture's text before: an id that it
   * names, say. Throws when the fixture is for no function, and FunctionFailed when the function fails.
   */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of many kinds.
  play(aws: Pick<LocalAws, 'invoke'>, file: string, change?: (text: string) => string): Promise<any>;
  /** Those that were not played: none at the end of a test of them all. */
  left(): string[];
}

/**
 * @example
 * const fixtures = await fixturesOf('services/ping-pong');
 * expect(await fixtures.play(aws, 'match.json')).toMatchObject({ rally: { strokes: 3 } });
 * expect(fixtures.left()).toEqual([]);
 */
export async function fixturesOf(serviceFolder: string): Promise<Fixtures> {
  const folder = join(serviceFolder, 'fixtures');
  const { functions } = await compileService(serviceFolder);
  /** Physical names by the name of the handler's file. */
  const names = new Map(
    Object.entries(functions).map(([name, { handler }]) => [basename(handler).split('.')[0], name]),
  );
  const unplayed = new Set(readdirSync(folder));
  return {
    play(aws, file, change = (text) => text) {
      const name = names.get(file.split('.')[0]);
      if (name === undefined) throw new Error(`${file} is for none of ${[...names.keys()].join(', ')}`);
      unplayed.delete(file);
      return aws.invoke(name, JSON.parse(change(readFileSync(join(folder, file), 'utf8'))));
    },
    left: () => [...unplayed],
  };
}
