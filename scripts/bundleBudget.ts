import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readJson } from './workspace.ts';

/** What no function may deploy more of, in bytes; its source map apart. docs/decisions/bundles.md */
const MOST_BYTES = 550_000;
/** A budget that is more than this many times the bundle holds nothing any more. */
const SLACK = 1.15;
/** What the message proposes: room for a few hundred lines. */
const ROOM = 1.03;

/** A function's bundle as it deploys. */
interface Bundle {
  file: string;
  /** `handlers/ping.handler` */
  handler: string;
}

/** What is wrong with the sizes of a service's bundles, by its `bundleBudget.json`: bytes, by function. */
export function budgetProblems(folder: string, bundles: readonly Bundle[]): string[] {
  const file = join(folder, 'bundleBudget.json');
  if (!existsSync(file)) return [`${basename(folder)} has no bundleBudget.json`];
  const budgets = readJson(file) as Record<string, number>;
  const names = bundles.map(({ handler }) => nameOf(handler));
  return [
    ...Object.keys(budgets).flatMap((name) => (names.includes(name) ? [] : [`${name}: a budget without a function`])),
    ...bundles.flatMap(({ file: bundle, handler }) => {
      const name = nameOf(handler);
      const problem = problemWith(statSync(bundle).size, budgets[name]);
      return problem ? [`${name}: ${problem}`] : [];
    }),
  ];
}

function problemWith(bytes: number, budget: number | undefined): string | undefined {
  const better = Math.ceil((bytes * ROOM) / 1000) * 1000;
  if (bytes > MOST_BYTES) return `${bytes} bytes; no function may have more than ${MOST_BYTES}`;
  if (budget === undefined) return `no budget; ${better} would do`;
  if (bytes > budget) return `${bytes} bytes, ${bytes - budget} over its budget; what has come in? Else ${better}`;
  if (bytes * SLACK < budget) return `${bytes} bytes, far below its budget of ${budget}; ${better} would hold it`;
  return undefined;
}

const nameOf = (handler: string) => basename(handler).replace(/\.\w+$/, '');
