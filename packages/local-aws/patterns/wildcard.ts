/** Stands for any characters, none included. */
const STAR = null;
type Step = string | typeof STAR;

/** A text with `*` in it, ready to be held against others. */
export interface Wildcard {
  matches(text: string): boolean;
  /** Its characters and stars, between the quotes that a text has in JSON. */
  steps: readonly Step[];
}

/**
 * Understands a wildcard: `*` stands for any characters, `\*` and `\\` for themselves. Throws what `refuse` makes of a reason.
 * Matching takes time in proportion to the text, whatever the wildcard.
 */
export function compileWildcard(pattern: string, refuse: (reason: string) => Error): Wildcard {
  const literals: string[] = [''];
  const steps: Step[] = ['"'];
  const add = (character: string) => {
    literals.push(`${literals.pop()}${character}`);
    steps.push(character);
  };
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern.charAt(index);
    // AWS counts positions from the quote in front.
    if (character === '*') {
      if (pattern[index + 1] === '*') throw refuse(`Consecutive wildcard characters at pos ${index + 1}`);
      literals.push('');
      steps.push(STAR);
    } else if (character === '\\') {
      const escaped = pattern[index + 1];
      if (escaped !== '*' && escaped !== '\\') throw refuse(`Invalid escape character at pos ${index + 1}`);
      add(escaped);
      index += 1;
    } else add(character);
  }
  return { matches: matcherOf(literals), steps: [...steps, '"'] };
}

/** What stands between the stars must come in this order: the first at the start, the last at the end, each other as early as it can. */
function matcherOf([first = '', ...others]: string[]): Wildcard['matches'] {
  const last = others.pop();
  if (last === undefined) return (text) => text === first;
  const finders = others.map(finderOf);
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at: number | undefined = first.length;
    for (const find of finders) {
      at = find(text, at, end);
      if (at === undefined) return false;
    }
    return true;
  };
}

/** Where the first occurrence between two places ends; undefined when there is none. */
type Finder = (text: string, from: number, end: number) => number | undefined;

/** Knuth, Morris and Pratt's search: `indexOf` takes seconds for texts made to slow it down. */
function finderOf(wanted: string): Finder {
  /** By the number of characters that fit: how many still do when the next one does not. */
  const fallback = [0, 0];
  const next = (fits: number, character: string) => {
    let length = fits;
    while (length > 0 && wanted[length] !== character) length = fallback[length] ?? 0;
    return wanted[length] === character ? length + 1 : 0;
  };
  for (let index = 1; index < wanted.length; index += 1) {
    fallback.push(next(fallback[index] ?? 0, wanted.charAt(index)));
  }
  return (text, from, end) => {
    let fits = 0;
    for (let at = from; at < end; at += 1) {
      fits = next(fits, text.charAt(at));
      if (fits === wanted.length) return at + 1;
    }
    return undefined;
  };
}

/**
 * How many beginnings of a field's wildcards one text may fit at the same moment. AWS names no number; this one agrees with what
 * it is known to take and to refuse.
 */
const MOST_BEGINNINGS = 10;

/**
 * Whether EventBridge refuses the wildcards of one field together: when a text can be made that fits too many beginnings of
 * them at once (`*:*:*:*:*:a*` and `:::::a:::::` has eleven).
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching-complexity
 * https://github.com/aws/event-ruler (MachineComplexityEvaluator)
 */
export function areTooComplex(wildcards: readonly Wildcard[]): boolean {
  const all = [...new Map(wildcards.map(({ steps }) => [JSON.stringify(steps), steps])).values()];
  const start = all.map((steps): Beginning => ({ steps, length: 0 }));
  const heads = all.map(headOf);
  return all.some((_steps, index) => {
    const head = heads[index] ?? [];
    if (fitTooMany(start, head)) return true;
    // Once a text has gone through all stars that it can reach, it stays there: then only what came last decides.
    const reached = all.filter((_other, at) => isBeginning(heads[at] ?? [], head));
    const atStars = reached.flatMap((steps) => starsOf(steps).map((length): Beginning => ({ steps, length })));
    return reached.some((steps) => starsOf(steps).some((length) => fitTooMany(atStars, literalAfter(steps, length))));
  });
}

/** That many steps of a wildcard have been fulfilled. */
interface Beginning {
  steps: readonly Step[];
  length: number;
}

/** What comes before the first star. */
const headOf = (steps: readonly Step[]) => literalAfter(steps, 0);

const isBeginning = (short: readonly string[], long: readonly string[]) =>
  short.length <= long.length && short.every((character, index) => character === long[index]);

/** The lengths of the beginnings that end with a star. */
const starsOf = (steps: readonly Step[]) => steps.flatMap((step, index) => (step === STAR ? [index + 1] : []));

function literalAfter(steps: readonly Step[], from: number): string[] {
  const rest = steps.slice(from);
  const end = rest.indexOf(STAR);
  return (end === -1 ? rest : rest.slice(0, end)) as string[];
}

/** Whether, on the way through `text`, more beginnings fit than may. */
function fitTooMany(from: readonly Beginning[], text: readonly string[]): boolean {
  let open = from;
  for (const character of text) {
    const found = new Map<readonly Step[], Set<number>>();
    let count = 0;
    const add = (steps: readonly Step[], length: number) => {
      const lengths = found.get(steps) ?? new Set();
      if (!lengths.has(length)) count += 1;
      found.set(steps, lengths.add(length));
      // A star may stand for nothing.
      if (steps[length] === STAR) add(steps, length + 1);
    };
    for (const { steps, length } of open) {
      if (steps[length - 1] === STAR) add(steps, length);
      if (steps[length] === character) add(steps, length + 1);
    }
    if (count > MOST_BEGINNINGS) return true;
    open = [...found].flatMap(([steps, lengths]) => [...lengths].map((length) => ({ steps, length })));
  }
  return false;
}
