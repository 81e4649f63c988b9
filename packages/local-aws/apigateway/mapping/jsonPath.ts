import type { Charge } from '../../core/regex/regex.ts';

/** One step of a path. */
type Step =
  | { kind: 'member'; name: string }
  | { kind: 'indexes'; indexes: number[] }
  | { kind: 'slice'; from: number; to: number | undefined }
  | { kind: 'all' }
  /** Whatever is below, on every level, and the value itself. */
  | { kind: 'deep' };

const STEP =
  /(?<deep>\.\.(?=[^.]))|\.(?<name>[\p{L}\p{N}_$@-]+)|\[(?<indexes>-?\d+(?:\s*,\s*-?\d+)*)\]|\[(?<from>-?\d*):(?<to>-?\d*)\]|\[(?<quote>['"])(?<quoted>(?:\\.|(?!\k<quote>).)*)\k<quote>\]|(?<all>\.\*|\[\*\])/uy;

/**
 * Reads a JSONPath as Jayway does, which API Gateway has: `$`, `.name`, `['name']`, `[0]`, `[-1]`, `[0,2]`, `[1:3]`, `.*`, `[*]`,
 * `..`; a leading `$` may be left out. Throws SyntaxError for anything else: filters and functions are not executed.
 */
export function parseJsonPath(path: string): Step[] {
  const text = path.startsWith('$') ? path.slice(1) : /^[[.]/.test(path) ? path : `.${path}`;
  const steps: Step[] = [];
  for (let at = 0; at < text.length; ) {
    // Behind `..` a name stands without a dot of its own.
    const isBare = steps.at(-1)?.kind === 'deep' && text[at] !== '[';
    const rest = isBare ? `.${text.slice(at)}` : text;
    STEP.lastIndex = isBare ? 0 : at;
    const found = STEP.exec(rest);
    if (!found?.groups || /^\(/.test(rest.slice(STEP.lastIndex)))
      throw new SyntaxError(`the JSONPath '${path}' has a part that is not executed: '${text.slice(at)}'`);
    steps.push(stepOf(found.groups));
    at = isBare ? at + STEP.lastIndex - 1 : STEP.lastIndex;
  }
  return steps;
}

function stepOf(groups: Record<string, string | undefined>): Step {
  if (groups.deep !== undefined) return { kind: 'deep' };
  if (groups.all !== undefined) return { kind: 'all' };
  if (groups.indexes !== undefined) return { kind: 'indexes', indexes: groups.indexes.split(',').map(Number) };
  if (groups.from !== undefined)
    return { kind: 'slice', from: Number(groups.from), to: groups.to ? Number(groups.to) : undefined };
  return { kind: 'member', name: groups.name ?? groups.quoted?.replaceAll(/\\(.)/g, '$1') ?? '' };
}

/** Whether the path can lead to one value only. */
const isDefinite = (step: Step) => step.kind === 'member' || (step.kind === 'indexes' && step.indexes.length === 1);

/**
 * What is at the path; undefined when nothing is. A path that may lead to several (`*`, `..`, a slice) gives a list of all that
 * is there. `charge` counts the values that it comes to.
 */
export function readJsonPath(value: unknown, path: string, charge?: Charge): unknown {
  const steps = parseJsonPath(path);
  let found: unknown[] = [value];
  for (const step of steps) {
    found = found.flatMap((one) => stepInto(one, step, charge));
    charge?.(found.length);
  }
  return steps.every(isDefinite) ? found[0] : found;
}

function stepInto(value: unknown, step: Step, charge?: Charge): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  switch (step.kind) {
    case 'all':
      return Object.values(value);
    case 'deep':
      return withAllBelow(value, charge);
    case 'indexes':
      return Array.isArray(value) ? step.indexes.flatMap((index) => present(value.at(index))) : [];
    case 'slice':
      return Array.isArray(value) ? value.slice(step.from, step.to) : [];
    case 'member': {
      const isMember = !Array.isArray(value) && Object.hasOwn(value, step.name);
      return isMember ? present((value as Record<string, unknown>)[step.name]) : [];
    }
  }
}

function withAllBelow(value: object, charge?: Charge): object[] {
  const all: object[] = [value];
  for (const member of Object.values(value)) {
    charge?.(1);
    if (typeof member === 'object' && member !== null) for (const one of withAllBelow(member, charge)) all.push(one);
  }
  return all;
}

const present = (value: unknown): unknown[] => (value === undefined ? [] : [value]);
