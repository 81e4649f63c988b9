/**
 * Works on all of them, so many at once at the most, in no order. Throws what the first piece of work throws that fails; what is under
 * way then goes on.
 *
 * @example
 * await abreast(50, connections, (connection) => post(connection));
 */
export async function abreast<One>(
  atOnce: number,
  ones: readonly One[],
  work: (one: One) => Promise<unknown>,
): Promise<void> {
  // All workers take from one iterator: whoever is done takes the next.
  const waiting = ones.values();
  const worker = async () => {
    for (const one of waiting) await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, ones.length) }, worker));
}
