/** What is known of the service's clock: its answers say what time it was there. Milliseconds. */
export interface ServerClock {
  /** What is to be added to this page's clock. */
  aheadMs: number;
  /** How long the answer took that told it: it is wrong by half of that at the most. */
  roundTripMs: number;
  heardAtMs: number;
}

/** An answer in which the service said the time. Sent and received by this page's clock. */
export interface TimeTold {
  nowMs: number;
  sentAtMs: number;
  receivedAtMs: number;
}

/** So long one answer may count as the better one; then clocks have drifted, or the page has slept. */
const BEST_FOR_MS = 60_000;

/** The better of what was known and what an answer tells: the quicker the answer, the surer the time. */
export function clockHeard(before: ServerClock | undefined, { nowMs, sentAtMs, receivedAtMs }: TimeTold): ServerClock {
  const roundTripMs = Math.max(0, receivedAtMs - sentAtMs);
  const told = { aheadMs: nowMs - (sentAtMs + receivedAtMs) / 2, roundTripMs, heardAtMs: receivedAtMs };
  const isBetter = before && before.roundTripMs <= roundTripMs && receivedAtMs - before.heardAtMs < BEST_FOR_MS;
  return isBetter ? before : told;
}

/** The time at the service, when it is `nowMs` here. */
export const serverTime = (clock: ServerClock | undefined, nowMs: number): number => nowMs + (clock?.aheadMs ?? 0);
