import { basename, extname } from 'node:path';
import { planBundles } from '../../packages/local-aws/build/bundlePlan.ts';
import type { CompiledTemplate } from '../../packages/local-aws/build/compile.ts';
import { build } from '../../packages/local-aws/build/esbuild.ts';

/** What a function's code does with contracts: their types. */
export interface ContractUse {
  /** It makes such events. */
  creates: ReadonlySet<string>;
  /** It is written for such events. */
  reads: ReadonlySet<string>;
}

const DEFINITION = /\b(\w+) = defineEvent\(\{\s*type: "([^"]+)"/g;
const LIST = /\b(?:var|const|let) (\w+) = \[([\w\s,.]*)\]/g;
const CREATION = /\bcreateEvent\(\s*(\w+)/g;
const READING = /(?:\bcontracts: |\bparseEvent\(\s*)(\[[^\]]*\]|\w+)/g;

/**
 * What the text of an unminified bundle does with contracts. Only code that the function can reach is in a bundle, so that this is what
 * it does, and not what its service could.
 *
 * @example
 * useIn('var hit = defineEvent({ type: "game.hit" }); createEvent(hit, {})').creates; // game.hit
 */
export function useIn(bundle: string): ContractUse {
  const types = new Map([...bundle.matchAll(DEFINITION)].map(([, name = '', type = '']) => [name, type]));
  const lists = new Map([...bundle.matchAll(LIST)].map(([, name = '', items = '']) => [name, items]));
  const typesOf = (expression: string, seen: readonly string[] = []): string[] =>
    [...expression.matchAll(/\w+/g)].flatMap(([name]) => {
      const type = types.get(name);
      if (type !== undefined) return [type];
      const list = seen.includes(name) ? undefined : lists.get(name);
      return list === undefined ? [] : typesOf(list, [...seen, name]);
    });
  const all = (pattern: RegExp) =>
    new Set([...bundle.matchAll(pattern)].flatMap(([, expression = '']) => typesOf(expression)));
  return { creates: all(CREATION), reads: all(READING) };
}

/** What each function of a service does with contracts, by the handler's file: `ping` for `handlers/ping.ts`. */
export async function contractUse(
  folder: string,
  compiled: Pick<CompiledTemplate, 'handlers' | 'bundling'>,
): Promise<ReadonlyMap<string, ContractUse>> {
  const plan = planBundles(folder, compiled);
  if (plan.entries.length === 0) return new Map();
  const { outputFiles = [] } = await build({
    ...plan.options,
    entryPoints: plan.entries,
    write: false,
    minify: false,
    sourcemap: false,
    // Libraries say nothing of contracts.
    plugins: [
      {
        name: 'own-code-only',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === 'entry-point' || path.startsWith('@arcade/') ? undefined : { path, external: true },
          ),
      },
    ],
  });
  return new Map(outputFiles.map(({ path, text }) => [basename(path, extname(path)), useIn(text)]));
}
