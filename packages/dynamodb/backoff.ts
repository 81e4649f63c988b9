/** How repetitions wait; tests pass their own. */
export interface BackoffOptions {
  wait?(ms: number): Promise<void>;
  /** In [0, 1): spreads the repetitions of many callers. */
  random?(): number;
  /** After the first try; left out, five: 1.5 seconds at the most, 0.8 on average. Each waits up to twice as long as the one before. */
  repetitions?: number;
}

const REPETITIONS = 5;
const FIRST_WAIT_MS = 50;

const sleep = (ms: number) => new Promise<void>((resume) => setTimeout(resume, ms));

/**
 * Runs `attempt` until it says it is done; waits between tries (exponential, with full jitter). Gives the last answer
 * back when the repetitions are used up.
 */
export async function withBackoff<Answer>(
  attempt: () => Promise<Answer>,
  isDone: (answer: Answer) => boolean,
  { wait = sleep, random = Math.random, repetitions = REPETITIONS }: BackoffOptions = {},
): Promise<Answer> {
  let answer = await attempt();
  for (let repetition = 0; repetition < repetitions && !isDone(answer); repetition += 1) {
    await wait(Math.ceil(random() * FIRST_WAIT_MS * 2 ** repetition));
    answer = await attempt();
  }
  return answer;
}
