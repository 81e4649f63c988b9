/** Of all tests of a file; scripts/jestEnvironment.cjs looks here when the file is through. */
const running: Set<() => Promise<void>> = new Set();
Object.assign(globalThis, { [Symbol.for('arcade.running')]: running });

/**
 * Notes that something runs until it is stopped, so that it is stopped in any case when the test file is through.
 *
 * @returns `stop`, to be called instead of the one given: it forgets what was noted.
 */
export function noteRunning(stop: () => Promise<void>): () => Promise<void> {
  const noted = () => {
    running.delete(noted);
    return stop();
  };
  running.add(noted);
  return noted;
}
