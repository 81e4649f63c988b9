const WIDTH = 24;
/** Elsewhere than on a terminal a line is written for each of so many parts. */
const LINES = 5;

/** Shows how far something has come, on a line that is written over; elsewhere than on a terminal now and then. */
export interface Progress {
  /** `part` from 0 to 1; undefined: nobody knows. */
  at(what: string, part?: number, said?: string): void;
  /** Leaves the line. */
  end(): void;
}

export function progressBar(part: number): string {
  const full = Math.round(Math.min(1, Math.max(0, part)) * WIDTH);
  return `[${'#'.repeat(full)}${' '.repeat(WIDTH - full)}]`;
}

export function progressOn(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>): Progress {
  let isOpen = false;
  let last = '';
  return {
    at(what, part, said = '') {
      const line = [what.padEnd(28), part === undefined ? '' : progressBar(part), said].filter(Boolean).join(' ');
      if (stream.isTTY) {
        stream.write(`\r${line}\u001b[K`);
        isOpen = true;
        return;
      }
      const step = `${what} ${Math.floor((part ?? 0) * LINES)}`;
      if (step !== last) stream.write(`${line.trimEnd()}\n`);
      last = step;
    },
    end() {
      if (isOpen) stream.write('\n');
      isOpen = false;
    },
  };
}
