import type { Instruction, Program } from './program.ts';

/** Takes note of so many steps of work, each of some nanoseconds. Throws when they are too many. */
export type Charge = (steps: number) => void;

/** What is looked for. */
export interface Search {
  text: string;
  from: number;
  /** It starts at `from` only. */
  isAnchored: boolean;
  /** It ends at the end of the text only. */
  isWhole: boolean;
  /** How many places are remembered (where each group starts and ends); none where only the answer counts. */
  slots: number;
  charge?: Charge | undefined;
}

/** A way through the program, and where its groups began and ended. */
interface Thread {
  at: number;
  slots: readonly number[];
}

/** Where it fits: the places asked for. Undefined where it does not. */
export function run(program: Program, search: Search): readonly number[] | undefined {
  return new Machine(program, search).run();
}

/** Goes all ways at once, one character after the other, those that Java would try first in front: Pike's machine. */
class Machine {
  readonly #program: Program;
  readonly #search: Search;
  /** The place at which each step was last come to: nothing is gone twice from there. */
  readonly #seen: Int32Array;
  #best: readonly number[] | undefined;

  constructor(program: Program, search: Search) {
    this.#program = program;
    this.#search = search;
    this.#seen = new Int32Array(program.length).fill(-1);
  }

  run(): readonly number[] | undefined {
    const { text, from, isAnchored, slots } = this.#search;
    let threads: Thread[] = [];
    for (let place = from; ; ) {
      if (!this.#best && (!isAnchored || place === from))
        this.#enter(threads, { at: 0, slots: slots ? [place] : [] }, place);
      if (threads.length === 0 && (this.#best || isAnchored)) return this.#best;
      const code = text.codePointAt(place);
      const next = place + (code !== undefined && code > 0xffff ? 2 : 1);
      threads = this.#step(threads, place, code, next);
      if (code === undefined) return this.#best;
      place = next;
    }
  }

  /** What is left of the ways behind the character at this place. */
  #step(threads: readonly Thread[], place: number, code: number | undefined, next: number): Thread[] {
    const { isWhole, slots, charge } = this.#search;
    const left: Thread[] = [];
    charge?.(threads.length);
    for (const thread of threads) {
      const instruction = this.#program[thread.at];
      if (instruction?.op === 'char') {
        if (code !== undefined && instruction.test(code))
          this.#enter(left, { at: thread.at + 1, slots: thread.slots }, next);
      } else if (!isWhole || code === undefined) {
        this.#best = slots ? withSlot(thread.slots, 1, place) : thread.slots;
        // Whatever Java would have tried later does not count any more.
        break;
      }
    }
    return left;
  }

  /** Follows a way to where it waits for a character, or ends. */
  #enter(list: Thread[], start: Thread, place: number): void {
    const pending = [start];
    for (let thread = pending.pop(); thread; thread = pending.pop()) {
      if (this.#seen[thread.at] === place) continue;
      this.#seen[thread.at] = place;
      this.#search.charge?.(1);
      const instruction = this.#program[thread.at] as Instruction;
      if (instruction.op === 'char' || instruction.op === 'match') list.push(thread);
      else pending.push(...this.#follow(instruction, thread, place));
    }
  }

  /** Where it goes on without a character, the preferred way last. */
  #follow(
    instruction: Exclude<Instruction, { op: 'char' | 'match' }>,
    { at, slots }: Thread,
    place: number,
  ): readonly Thread[] {
    switch (instruction.op) {
      case 'jump':
        return [{ at: instruction.to, slots }];
      case 'split':
        return [
          { at: instruction.second, slots },
          { at: instruction.first, slots },
        ];
      case 'save':
        return [{ at: at + 1, slots: slots.length > 0 ? withSlot(slots, instruction.slot, place) : slots }];
      case 'assert':
        return instruction.holds(this.#search.text, place) ? [{ at: at + 1, slots }] : [];
      case 'look': {
        const search = { ...this.#search, from: place, isAnchored: true, isWhole: false, slots: 0 };
        const isThere = run(instruction.program, search) !== undefined;
        return isThere !== instruction.isNegative ? [{ at: at + 1, slots }] : [];
      }
    }
  }
}

function withSlot(slots: readonly number[], slot: number, place: number): readonly number[] {
  const changed = [...slots];
  changed[slot] = place;
  return changed;
}
