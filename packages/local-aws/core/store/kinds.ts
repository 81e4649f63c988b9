import type { z } from 'zod';

/** Which collection of an owner, and what its values are. Made by `kind` or `kinds`, beside the type of what is kept. */
export class Kind<Value> {
  readonly name: string;
  /** Never there: it lets a collection of one type not stand in for one of another. */
  declare protected readonly value: Value;

  constructor(name: string) {
    this.name = name;
  }
}

const shapes = new Map<string, z.ZodType>();
const shapesOfMany: [start: string, shape: z.ZodType][] = [];

/**
 * The collection of that name (`<service>/<what>`). `shape` is what its service must find in a value to go on with it; more does not
 * matter. A file with a value that has another one is refused when it is opened: make kinds where modules load.
 */
export function kind<Value>(name: string, shape: z.ZodType): Kind<Value> {
  shapes.set(name, shape);
  return new Kind(name);
}

/** The same for one collection for each of many: their names begin alike, and end with what the function is given. */
export function kinds<Value>(start: string, shape: z.ZodType): (rest: string) => Kind<Value> {
  shapesOfMany.push([start, shape]);
  return (rest) => new Kind(start + rest);
}

/** What is wrong with a kept value, in words; undefined when its service can go on with it, or there is none any more that would. */
export function misfit(collection: string, value: unknown): string | undefined {
  const shape = shapes.get(collection) ?? shapesOfMany.find(([start]) => collection.startsWith(start))?.[1];
  const issue = shape?.safeParse(value).error?.issues[0];
  return issue && `${issue.path.join('.') || 'the value'}: ${issue.message}`;
}
