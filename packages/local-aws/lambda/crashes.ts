import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import { parseTrace } from './trace.ts';

/** An invocation that the fault plan lets die in its middle. */
export interface ArmedCrash {
  /** Whether it has happened. */
  readonly hasCrashed: boolean;
  /** The invocation is over. */
  disarm(): void;
}

/** Kills invocations once some of their AWS calls have been carried out. */
export interface Crashes {
  /**
   * Calls `kill` as soon as `afterCalls` calls of the invocation have been carried out; the answer to the last one never
   * reaches it. `traceParent` is how its calls are known: the `Parent` of their trace header.
   */
  arm(traceParent: string, afterCalls: number, kill: () => Promise<void>): ArmedCrash;
}

/** Puts itself around all calls of the front door. */
export function createCrashes(core: Pick<Core, 'clock' | 'interceptors'>): Crashes {
  const armed = new Map<string, { callsLeft: number; hasCrashed: boolean; kill(): Promise<void> }>();
  const crashOf = (traceHeader: string | undefined) =>
    armed.size === 0 ? undefined : armed.get(parseTrace(traceHeader)?.parent ?? '');

  core.interceptors.push({
    before({ context }) {
      if (!crashOf(context.traceHeader)?.hasCrashed) return;
      // Only a runtime that cannot be killed gets here: what it does from now on must have no effect.
      throw new AwsError('InvocationCrashed', 'the fault plan has ended the invocation that makes this call');
    },
    async after({ context }) {
      const crash = crashOf(context.traceHeader);
      if (!crash || crash.hasCrashed) return;
      crash.callsLeft -= 1;
      if (crash.callsLeft > 0) return;
      crash.hasCrashed = true;
      await core.clock.track(crash.kill());
    },
  });

  return {
    arm(traceParent, afterCalls, kill) {
      const crash = { callsLeft: afterCalls, hasCrashed: false, kill };
      armed.set(traceParent, crash);
      return {
        get hasCrashed() {
          return crash.hasCrashed;
        },
        disarm() {
          armed.delete(traceParent);
        },
      };
    },
  };
}
