import { Problems, TemplateError } from './problems.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_BYTES = 1_048_576;

/** Far more than a template needs; it is walked through by recursion. AWS names no figure. */
const MOST_LEVELS = 200;

/**
 * Refuses, before anything else looks at it, a template that could not be looked at safely, or not as it is meant: one that is
 * too long or nests too deeply, and keys and values that would be dropped without a word. Throws TemplateError.
 */
export function refuseUnreadable(stackName: string, template: unknown): void {
  const problems = new Problems(stackName);
  let level: { value: unknown; path: string }[] = [{ value: template, path: '' }];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS)
      throw new TemplateError(stackName, [`the template nests more than ${MOST_LEVELS} levels deep`]);
    level = level.flatMap(({ value, path }) => {
      if (value === null) problems.add(`Template format error: [${path}] 'null' values are not allowed in templates`);
      return membersOf(value).map(([key, member]) => {
        if (key === '__proto__') problems.add(protoProblem(path));
        return { value: member, path: `${path}/${key}` };
      });
    });
  }
  problems.throwIfAny();
  const bytes = Buffer.byteLength(JSON.stringify(template) ?? '');
  if (bytes > MOST_BYTES) {
    throw new TemplateError(stackName, [`Template may not exceed ${MOST_BYTES} bytes in size; this one has ${bytes}`]);
  }
}

function membersOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** JavaScript takes such a key for something else: most of what copies an object leaves it out. */
function protoProblem(path: string): string {
  if (path === '/Resources') return 'Template format error: Resource name __proto__ is non alphanumeric.';
  return `[${path}] a key __proto__ is not supported by local-aws`;
}

/** How many characters the functions of a template may make, all together, each time that it is evaluated: twice what the template may have. */
const MOST_TEXT = 2 * MOST_BYTES;

/** What functions have left to make: each of them can double what another gave, and a few dozen would fill any memory. */
export class TextBudget {
  #left = MOST_TEXT;

  /** Whether so many characters more may be made; once it has said no, it goes on saying so. */
  spend(characters: number): boolean {
    this.#left -= characters;
    return this.#left >= 0;
  }
}

/** What is said to whoever has spent it. */
export const TOO_MUCH_TEXT = `the functions of this template make more than ${MOST_TEXT} characters`;
