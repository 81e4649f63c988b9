/** How long a phase of the delivery retries goes on, and the pause before each of its attempts. */
interface Phase {
  attempts: number;
  pauseMs(index: number): number;
}

const SECOND_MS = 1000;
const LONGEST_PAUSE_MS = 20 * SECOND_MS;
const BACKOFF_ATTEMPTS = 10;

/**
 * How AWS retries deliveries to functions and queues: 100,015 times over 23 days.
 * docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html, "Delivery policy stages"
 */
const PHASES: readonly Phase[] = [
  { attempts: 3, pauseMs: () => 0 },
  { attempts: 2, pauseMs: () => SECOND_MS },
  { attempts: BACKOFF_ATTEMPTS, pauseMs: (index) => Math.round(SECOND_MS * 20 ** (index / (BACKOFF_ATTEMPTS - 1))) },
  { attempts: 100_000, pauseMs: () => LONGEST_PAUSE_MS },
];

/** Milliseconds to wait before retry number `retry` (counted from 1); undefined when there is none any more. */
export function pauseBeforeRetryMs(retry: number): number | undefined {
  let index = retry - 1;
  for (const { attempts, pauseMs } of PHASES) {
    if (index < attempts) return pauseMs(index);
    index -= attempts;
  }
  return undefined;
}
