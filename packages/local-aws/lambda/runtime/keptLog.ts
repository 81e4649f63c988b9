import type { LogLine } from './runtime.ts';

/** How many lines of one invocation are kept, the latest, and how many characters: a function may log without end. */
const MAX_LINES = 10_000;
const MAX_CHARACTERS = 8 * 1024 * 1024;

/** The latest lines of one invocation. */
export class KeptLog {
  readonly lines: LogLine[] = [];
  #characters = 0;

  add(lines: readonly LogLine[]): void {
    // One by one: a call with all of them as arguments would overflow the stack.
    for (const line of lines) {
      this.lines.push(line);
      this.#characters += line.message.length;
    }
    let surplus = Math.max(0, this.lines.length - MAX_LINES);
    for (let index = 0; index < surplus; index += 1) this.#forget(index);
    while (this.#characters > MAX_CHARACTERS && surplus < this.lines.length - 1) {
      this.#forget(surplus);
      surplus += 1;
    }
    if (surplus > 0) this.lines.splice(0, surplus);
  }

  #forget(index: number): void {
    this.#characters -= this.lines[index]?.message.length ?? 0;
  }
}
