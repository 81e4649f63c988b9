/** What a template may cost before it has read any body, in steps of some 50 nanoseconds. */
const BASE_STEPS = 1_000_000;
/** What each character of the body adds: a large one may be read, copied and escaped some times. */
const STEPS_PER_CHARACTER = 2;
/** A character that is only copied costs this part of a step. */
const COPIED_PER_STEP = 8;

/** A template asks for more work than one request may cost. */
export class TooMuchWorkError extends Error {
  override readonly name = 'TooMuchWorkError';

  constructor() {
    super('the template takes too much work: loops in loops, or texts that grow without end');
  }
}

/**
 * Counts the steps that rendering takes, and ends it when they are too many: API Gateway has processes of its own for that,
 * here every other request waits. It counts and does not look at the clock, so that a template fails always or never.
 */
export class Work {
  #left: number;

  constructor(bodyLength: number) {
    this.#left = BASE_STEPS + bodyLength * STEPS_PER_CHARACTER;
  }

  /** So many steps are done, or about to be. Throws TooMuchWorkError. */
  readonly charge = (steps: number): void => {
    this.#left -= steps;
    if (this.#left < 0) throw new TooMuchWorkError();
  };

  /** Counts the text as copied, and gives it back. */
  copied(text: string): string {
    this.charge(text.length / COPIED_PER_STEP);
    return text;
  }
}
