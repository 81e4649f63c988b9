import type { Clock } from './clock.ts';
import type { FaultChain, FaultMarks, Faults } from './faults.ts';

/** Brings one message to its target. Handles its own errors: what escapes is a defect and only reported. */
export type Send = (marks: FaultMarks) => Promise<void>;

/**
 * Carries messages as background work, so that `idle()` waits for them, and lets the fault plan duplicate, delay and
 * reorder them on the way.
 */
export interface Carrier {
  /**
   * Carries a message from `service` (`sns`, `sqs`, `events`) to the ARN `target`. Returns before anything is sent. `send` is told what
   * the fault plan did: copies are numbered as they arrive.
   */
  carry(service: string, target: string, send: Send, chain?: FaultChain): void;
}

/** Makes a carrier; each service that delivers has its own. */
export function createCarrier({ clock, faults }: { clock: Clock; faults: Faults }): Carrier {
  /** What lets the messages go that wait for a later one to the same target to pass. */
  const heldByTarget = new Map<string, Set<() => void>>();

  const pass = (service: string, target: string, send: () => Promise<void>) =>
    clock.run(`the delivery from ${service} to ${target}`, async () => {
      // The caller's answer goes out first: nothing may be seen of a message before its publisher knows that it was taken.
      await new Promise<void>((resume) => setImmediate(resume));
      const overtaken = heldByTarget.get(target);
      heldByTarget.delete(target);
      await send();
      if (overtaken) for (const letGo of overtaken) letGo();
    });

  const hold = (target: string, longestMs: number, go: () => void) => {
    const waiting = heldByTarget.get(target) ?? new Set();
    heldByTarget.set(target, waiting);
    const letGo = () => {
      timer.cancel();
      // Both the timer and the message that passes may come here: only the first counts.
      if (waiting.delete(letGo)) go();
    };
    const timer = clock.at(clock.now() + longestMs, letGo);
    waiting.add(letGo);
  };

  return {
    carry(service, target, send, chain) {
      const { copies, holdForNextMs } = faults.delivery(service, target, chain);
      let arrived = 0;
      copies.forEach(({ delayMs }, index) => {
        const isHeld = index === 0 && holdForNextMs !== undefined;
        const go = () =>
          pass(service, target, () => {
            arrived += 1;
            return send({
              ...(arrived > 1 && { copy: arrived }),
              ...(delayMs > 0 && { delayMs }),
              ...(isHeld && { reordered: true }),
            });
          });
        const start = isHeld ? () => hold(target, holdForNextMs, go) : go;
        if (delayMs > 0) clock.at(clock.now() + delayMs, start);
        else start();
      });
    },
  };
}
