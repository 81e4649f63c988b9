import type { Outcome } from '@arcade/events/contracts/smart-home';
import type { CommandAnswer, Vendor } from './ports.ts';
import { VendorRefusal } from './refusal.ts';

/** What an invocation has to tell a vendor something. */
export interface VendorParts {
  now(): number;
  /** Resolves after so many milliseconds. */
  pause(ms: number): Promise<void>;
  vendor: Pick<Vendor, 'command'>;
  /** After how many milliseconds at the most a call to the vendor ends. */
  callMs: number;
}

/**
 * How long an invocation may take, of the two seconds that its function has: what is left over is for telling of it. A queue hands on what
 * was not told two seconds later, which is still in time.
 */
const INVOCATION_MS = 1700;
/** Until a vendor is asked once more that was busy, or not reached. */
const BACKOFF_MS = 200;

/** Until when an invocation that begins now has time to begin another call. */
export const lastCallAtMs = ({ now, callMs }: Pick<VendorParts, 'now' | 'callMs'>) => now() + INVOCATION_MS - callMs;

/**
 * Calls the vendor; once more, when it refuses what may go well in a moment, and there is time for it before `lastMs` (milliseconds since
 * the epoch). Throws the last VendorRefusal.
 */
export async function insist<Answer>(
  { now, pause }: Pick<VendorParts, 'now' | 'pause'>,
  lastMs: number,
  call: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    if (!refusalOf(error).retryable || now() + BACKOFF_MS > lastMs) throw error;
    await pause(BACKOFF_MS);
    return await call();
  }
}

/** An error as a refusal of the vendor. Throws what is none: a fault of our own, which another attempt may mend. */
export function refusalOf(error: unknown): VendorRefusal {
  if (error instanceof VendorRefusal) return error;
  throw error;
}

/** What Alexa is told of a refusal. Throws what is none. */
export function refused(refusal: unknown): Outcome & { kind: 'error' } {
  const { error, message } = refusalOf(refusal);
  return { kind: 'error', error, message };
}

/** What Alexa is told of what the vendor has answered; nothing yet, of what it only has accepted. */
export const outcomeOf = (answer: CommandAnswer): Outcome | undefined =>
  answer.kind === 'done'
    ? { kind: 'response', state: { ...answer.state, sampledAtMs: answer.changedAtMs } }
    : undefined;
