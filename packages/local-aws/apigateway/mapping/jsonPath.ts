/** One step of a path: a member, an index, or all members. */
type Step = { member: string } | { index: number } | 'all';

const STEP = /\.(?<name>[\w-]+)|\[(?<index>-?\d+)\]|\[(?<quote>['"])(?<quoted>.*?)\k<quote>\]|(?<all>\.\*|\[\*\])/y;

/**
 * Reads a JSONPath as mapping templates use them: `$`, `.name`, `['name']`, `[0]`, `[-1]`, `.*`, `[*]`; a leading `$` may
 * be left out. Throws SyntaxError for anything else (filters, slices, `..`).
 */
function parseJsonPath(path: string): Step[] {
  const text = path.startsWith('$') ? path.slice(1) : path.startsWith('[') ? path : `.${path}`;
  const steps: Step[] = [];
  for (let at = 0; at < text.length; ) {
    STEP.lastIndex = at;
    const groups = STEP.exec(text)?.groups;
    if (!groups) throw new SyntaxError(`the JSONPath '${path}' has a part that is not understood: '${text.slice(at)}'`);
    if (groups.all !== undefined) steps.push('all');
    else if (groups.index !== undefined) steps.push({ index: Number(groups.index) });
    else steps.push({ member: groups.name ?? groups.quoted ?? '' });
    at = STEP.lastIndex;
  }
  return steps;
}

/** What is at the path; undefined when nothing is. With `*` in the path: an array of all that is there. */
export function readJsonPath(value: unknown, path: string): unknown {
  const steps = parseJsonPath(path);
  let found: unknown[] = [value];
  for (const step of steps) found = found.flatMap((one) => stepInto(one, step));
  return steps.includes('all') ? found : found[0];
}

function stepInto(value: unknown, step: Step): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step === 'all') return Object.values(value);
  if ('index' in step) return Array.isArray(value) ? present(value.at(step.index)) : [];
  const isMember = !Array.isArray(value) && Object.hasOwn(value, step.member);
  return isMember ? present((value as Record<string, unknown>)[step.member]) : [];
}

const present = (value: unknown): unknown[] => (value === undefined ? [] : [value]);
