import { parseJson } from '../core/boundedJson.ts';

/** Finds in a record what its object is named after. */
export interface PartitionQuery {
  names: readonly string[];
  /** What is found, as texts. Throws a TypeError with Firehose's own sentence. */
  find(record: Buffer): Record<string, string>;
}

type Step = string | number;

const NAME = /^\s*(?:([A-Za-z_][A-Za-z0-9_]*)|"([^"\\]+)")\s*:\s*/;
const STEP = /^(?:\.([A-Za-z_][A-Za-z0-9_]*)|\.?\[\s*(?:"([^"\\]*)"|(\d+))\s*\])/;

/**
 * Compiles the query of a MetadataExtraction processor: an object of simple paths, `{session: .detail.sessionId, day: .days[0]}`. All else
 * that jq has is refused: throws a TypeError that names it.
 * https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-partitioning-keys.html
 */
export function compileQuery(text: string): PartitionQuery {
  const inner = /^\s*\{([\s\S]*)\}\s*$/.exec(text)?.[1];
  if (inner === undefined) throw notSimple(text);
  const paths = new Map<string, Step[]>();
  let rest = inner;
  for (;;) {
    const named = NAME.exec(rest);
    const name = named?.[1] ?? named?.[2];
    if (!named || name === undefined) throw notSimple(rest);
    const { steps, left } = pathIn(rest.slice(named[0].length));
    if (paths.has(name)) throw new TypeError(`the query names '${name}' twice`);
    paths.set(name, steps);
    if (left === '') break;
    if (!left.startsWith(',')) throw notSimple(left);
    rest = left.slice(1);
  }
  return {
    names: [...paths.keys()],
    find(record) {
      const value = jsonIn(record);
      return Object.fromEntries([...paths].map(([name, steps]) => [name, textAt(value, steps)]));
    },
  };
}

function pathIn(text: string): { steps: Step[]; left: string } {
  const steps: Step[] = [];
  let left = text;
  for (let step = STEP.exec(left); step; step = STEP.exec(left)) {
    const [whole, plain, quoted, index] = step;
    steps.push(plain ?? quoted ?? Number(index));
    left = left.slice(whole.length);
  }
  if (steps.length === 0) throw notSimple(text);
  return { steps, left: left.trim() };
}

const notSimple = (text: string) =>
  new TypeError(
    `'${text.trim()}' is no simple path: of jq local-aws evaluates { name: .path.to["a member"], ... } alone`,
  );

function jsonIn(record: Buffer): unknown {
  try {
    return parseJson(record.toString('utf8'));
  } catch {
    throw new TypeError('Non JSON record provided');
  }
}

function textAt(record: unknown, steps: readonly Step[]): string {
  let value = record;
  for (const step of steps) {
    // A list has members by number only, an object by name. What every object inherits is no text.
    const has = typeof value === 'object' && value !== null && Array.isArray(value) === (typeof step === 'number');
    value = has ? (value as Record<Step, unknown>)[step] : undefined;
  }
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError('partitionKeys values must not be null or empty');
}
