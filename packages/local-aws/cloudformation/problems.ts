import { AwsError } from '../core/errors.ts';

/** A template that cannot be deployed: all that is wrong with it, at once. Nothing was created. */
export class TemplateError extends AwsError {
  /** One sentence each, beginning with the place: `Table (AWS::DynamoDB::Table): Properties.KeySchema ...`. */
  readonly problems: readonly string[];

  constructor(stackName: string, problems: readonly string[]) {
    const shown = problems.map((problem) => `  - ${problem}`).join('\n');
    super('ValidationError', `stack '${stackName}' cannot be deployed:\n${shown}`);
    this.problems = problems;
  }
}

/** Gathers what is wrong, so that a template's author sees everything in one go. */
export class Problems {
  readonly #found: string[] = [];

  add(problem: string): void {
    if (!this.#found.includes(problem)) this.#found.push(problem);
  }

  get list(): readonly string[] {
    return this.#found;
  }

  /** Throws a TemplateError when anything was found. */
  throwIfAny(stackName: string): void {
    if (this.#found.length > 0) throw new TemplateError(stackName, this.#found);
  }
}

/** The candidate that `word` was most likely meant to be: at the most two edits away, and less than half of the word. */
function closest(word: string, candidates: Iterable<string>): string | undefined {
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
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
