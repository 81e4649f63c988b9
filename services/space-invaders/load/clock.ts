/** Resolves at that moment, in milliseconds since the epoch; at once when it is past. */
export const until = (atMs: number) =>
  new Promise<void>((resume) => setTimeout(resume, Math.max(0, atMs - Date.now())));

/** Does `work` for all, so many at once. */
export async function abreast<T>(all: Iterable<T>, most: number, work: (one: T) => Promise<unknown>): Promise<void> {
  const waiting = all[Symbol.iterator]();
  const worker = async () => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: most }, worker));
}
