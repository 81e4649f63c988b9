/** Runs at most `most` pieces of work at once, the others in the order in which they came. */
export function createLimit(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((resume) => waiting.push(resume));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // Its place goes on to the next, so that nobody who comes now can take it.
      if (next) next();
      else running -= 1;
    }
  };
}
