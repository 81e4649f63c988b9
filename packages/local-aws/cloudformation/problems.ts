import { AwsError } from '../core/errors.ts';

/** A text, as far as a message should repeat it: `most` characters. */
export const shortened = (text: string, most = 100): string =>
  text.length > most ? `${text.slice(0, most)}...` : text;

/** A template may put any text into its places and names. */
const LONGEST_PROBLEM = 1000;

/** A template that cannot be deployed: all that is wrong with it, at once. Nothing was created. */
export class TemplateError extends AwsError {
  /** One sentence each, beginning with the place: `Table (AWS::DynamoDB::Table): Properties.KeySchema ...`. */
  readonly problems: readonly string[];

  constructor(stackName: string, problems: readonly string[]) {
    const shown = problems.map((problem) => shortened(problem, LONGEST_PROBLEM));
    const list = shown.map((problem) => `  - ${problem}`).join('\n');
    super('ValidationError', `stack '${stackName}' cannot be deployed:\n${list}`);
    this.problems = shown;
  }
}

/** Nobody mends more at a time, and to find each takes time. */
const MOST_PROBLEMS = 100;

/** Gathers what is wrong, so that a template's author sees everything in one go. */
export class Problems {
  readonly #stackName: string;
  readonly #found: string[] = [];

  constructor(stackName: string) {
    this.#stackName = stackName;
  }

  /** Throws a TemplateError when there are too many to go on. */
  add(problem: string): void {
    if (this.#found.includes(problem)) return;
    if (this.#found.length >= MOST_PROBLEMS) this.abort('and more: these are to be mended first');
    this.#found.push(problem);
  }

  /** Throws a TemplateError with what was found so far and one problem more, after which nothing else is looked at. */
  abort(problem: string): never {
    throw new TemplateError(this.#stackName, [...this.#found, problem]);
  }

  get list(): readonly string[] {
    return this.#found;
  }

  /** Throws a TemplateError when anything was found. */
  throwIfAny(): void {
    if (this.#found.length > 0) throw new TemplateError(this.#stackName, this.#found);
  }
}

/** CloudFormation's own limit for names. */
const LONGEST_NAME = 255;

/** The candidate that `word` was most likely meant to be: at the most two edits away, and less than half of the word. */
function closest(word: string, candidates: Iterable<string>): string | undefined {
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    // Two edits change the length by two; nothing else needs to be compared letter by letter, nor what nobody has typed.
    if (Math.abs(candidate.length - word.length) > 2 || word.length > LONGEST_NAME) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (!best || distance < best.distance) best = { candidate, distance };
  }
  return best && best.distance <= Math.min(2, word.length / 2) ? best.candidate : undefined;
}

/** ` (did you mean X?)`, or nothing when no candidate is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const candidate = closest(word, candidates);
  return candidate === undefined ? '' : ` (did you mean ${candidate}?)`;
}

/** What CloudFormation says of a name that stands for nothing; `at` is where it stands, `known` what there is. */
export function unresolved(name: string, at: string, known: Iterable<string>): string {
  if (at.startsWith('Conditions.')) {
    return `Template format error: Unresolved dependencies [${name}]. Cannot reference resources in the Conditions block of the template`;
  }
  const block = at.startsWith('Outputs.') ? 'Outputs' : 'Resources';
  const hint = didYouMean(name, known);
  return `Template format error: Unresolved resource dependencies [${name}] in the ${block} block of the template${hint}`;
}

/** Levenshtein distance. */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}
