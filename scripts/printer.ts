/** The colours of the names in front of lines, in turn (ANSI). */
const COLOURS = [36, 33, 35, 32, 34, 96, 93, 95, 92, 94];
/** Room for the longest name, `smart-home-world`. */
const NAME_WIDTH = 16;

/** Prints lines that come from many processes, each with its source in front. */
export interface Printer {
  /** `source` is the process's name; empty for the arcade's own lines. */
  print(source: string, line: string): void;
}

/** A printer that colours names when `stream` is a terminal and NO_COLOR is not set. */
export function createPrinter(
  stream: NodeJS.WriteStream = process.stdout,
  env: NodeJS.ProcessEnv = process.env,
): Printer {
  const coloured = stream.isTTY === true && !env.NO_COLOR;
  const seen: string[] = [];

  const nameOf = (source: string) => {
    if (!seen.includes(source)) seen.push(source);
    const name = source.padEnd(NAME_WIDTH);
    return coloured ? `\u001b[${COLOURS[seen.indexOf(source) % COLOURS.length]}m${name}\u001b[0m` : name;
  };
  return {
    print(source, line) {
      stream.write(source === '' ? `${line}\n` : `${nameOf(source)} | ${line}\n`);
    },
  };
}
