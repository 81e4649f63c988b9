import { createHash } from 'node:crypto';
import { createEvent } from '@arcade/events';
import { type DirectiveAnswered, directiveAnswered, type Outcome } from '@arcade/events/contracts/smart-home';
import type { Deferred } from './request.ts';
import type { Told } from './telling.ts';

/** What tells others how directives end. */
export interface TellingOthers {
  /** Resolves after so many milliseconds; rejects when that is not wanted any more. */
  pause(ms: number, signal: AbortSignal): Promise<unknown>;
  tellOthers(event: DirectiveAnswered): Promise<void>;
  warn(message: string, error: unknown): void;
}

/** The directive that has ended. */
export type Ended = Pick<Deferred, 'directiveId' | 'account' | 'endpointId' | 'api' | 'receivedAtMs'>;

/** So long may others keep an answer waiting, milliseconds. */
export const OTHERS_MS = 1000;

/** Tells an account from others. Whoever guesses an account can check it: it is a name for a home, and no secret. */
const homeOf = (account: string) => createHash('sha256').update(`smart-home ${account}`).digest('hex').slice(0, 16);

/** What others learn of an answer. `late`: Alexa was told nothing, and waits in vain. */
export function answeredOf(ended: Ended, outcome: Outcome | 'late', { nowMs, cause }: Told): DirectiveAnswered {
  const { directiveId, account, endpointId, api, receivedAtMs } = ended;
  const detail = {
    ...{ directiveId, home: homeOf(account), endpointId, api },
    ...toldOf(outcome),
    afterMs: Math.max(0, nowMs - receivedAtMs),
  };
  return createEvent(directiveAnswered, detail, { newId: () => `${directiveId}.answered`, nowMs, cause });
}

function toldOf(
  outcome: Outcome | 'late',
): Pick<DirectiveAnswered['detail'], 'outcome' | 'power' | 'brightness' | 'error'> {
  if (outcome === 'late') return { outcome };
  if (outcome.kind === 'error') return { outcome: 'error', error: outcome.error };
  const { power, brightness } = outcome.state;
  return {
    outcome: 'response',
    ...(power !== undefined && { power }),
    ...(brightness !== undefined && { brightness }),
  };
}

/** Tells others how a directive ended, within so many milliseconds, if there are any. Never throws: what Alexa hears does not depend on it. */
export async function tellOthers(
  { pause, tellOthers: tell, warn }: TellingOthers,
  event: DirectiveAnswered,
  mostMs: number,
): Promise<void> {
  try {
    if (mostMs <= 0) throw new Error('there is no time left for it');
    await inTime(pause, mostMs, tell(event));
  } catch (error) {
    warn('others were not told how a directive ended', error);
  }
}

/** What is waited for, if it comes in time. What comes later than that may still be done, and is no answer any more. */
export async function inTime<Result>(
  pause: TellingOthers['pause'],
  mostMs: number,
  coming: Promise<Result>,
): Promise<Result> {
  const waiting = new AbortController();
  const tooLate = pause(mostMs, waiting.signal).then(() => {
    throw new Error(`nothing came within ${mostMs} ms`);
  });
  try {
    return await Promise.race([coming, tooLate]);
  } finally {
    waiting.abort();
  }
}
