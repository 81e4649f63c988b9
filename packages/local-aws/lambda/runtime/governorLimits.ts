import { availableParallelism, totalmem } from 'node:os';

/** How many environments there may be. */
export interface GovernorLimits {
  /**
   * How many environments may start at once, and how many may compute beyond which no function gets a further one.
   * Default: the processors, at least two.
   */
  maxBusy: number;
  /**
   * What all environments may take together, in megabytes, before idle ones are ended. Default: an eighth of the machine's
   * memory, 640 at the most.
   */
  memoryMb: number;
  /** How long an idle environment is kept that is not the only one of its function, in milliseconds. Default: a minute. */
  keepIdleMs: number;
  /** How long the only one is. Default: a quarter of an hour. */
  keepWarmMs: number;
  /**
   * How long is waited, in milliseconds, for busy environments of which nothing is heard, before a further one
   * is started. What computes for longer without a message counts as waiting, and not for `maxBusy`. Default: 100.
   */
  patienceMs: number;
}

const MEGABYTE = 1024 * 1024;
const LARGEST_BUDGET_MB = 640;

/** The limits, with defaults for what is not chosen. */
export function governorLimits(chosen: Partial<GovernorLimits> = {}): GovernorLimits {
  return {
    maxBusy: chosen.maxBusy ?? Math.max(2, availableParallelism()),
    memoryMb: chosen.memoryMb ?? Math.min(LARGEST_BUDGET_MB, Math.floor(totalmem() / MEGABYTE / 8)),
    keepIdleMs: chosen.keepIdleMs ?? 60_000,
    keepWarmMs: chosen.keepWarmMs ?? 15 * 60_000,
    patienceMs: chosen.patienceMs ?? 100,
  };
}
