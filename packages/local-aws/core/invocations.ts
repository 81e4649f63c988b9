import type { Principal } from './principal.ts';
import { traceParent } from './trace.ts';

/** A run of a function, by what its calls are known by. */
export interface Invocation {
  requestId: string;
  /** The `Parent` of the trace header that its function has, and that AWS's clients send with each call: random, another for each try. */
  segment: string;
  /** The role and session that its function signs with. */
  roleArn: string;
  sessionName: string;
}

/** How many invocations are remembered that have ended: a function may leave a call on its way. */
const MOST_ENDED = 1000;

/** The invocations that run, so that what a function calls says which of them called. */
export class Invocations {
  readonly #bySegment = new Map<string, Invocation>();
  /** Those that run, by role and session. */
  readonly #running = new Map<string, Set<Invocation>>();
  /** Those that have ended, the oldest first. */
  readonly #ended = new Set<string>();

  /** An invocation begins; the function given back is to be called when it has ended. */
  begin(invocation: Invocation): () => void {
    const session = sessionOf(invocation);
    const running = this.#running.get(session) ?? new Set();
    this.#running.set(session, running.add(invocation));
    this.#bySegment.set(invocation.segment, invocation);
    return () => {
      running.delete(invocation);
      if (running.size === 0 && this.#running.get(session) === running) this.#running.delete(session);
      this.#ended.add(invocation.segment);
      if (this.#ended.size <= MOST_ENDED) return;
      const [oldest = ''] = this.#ended;
      this.#ended.delete(oldest);
      this.#bySegment.delete(oldest);
    };
  }

  /**
   * The request id of the invocation that makes a call; undefined when no function does, or nobody can tell. The header names it, and
   * counts only where the caller has signed as that very function: others get to see it in what the function sends them. Without
   * such a header it is the only one of the function that runs.
   */
  madeBy(principal: Principal, traceHeader: string | undefined): string | undefined {
    if (principal.kind !== 'role') return undefined;
    const named = this.#bySegment.get(traceParent(traceHeader) ?? '');
    if (named && sessionOf(named) === sessionOf(principal)) return named.requestId;
    const [only, ...others] = this.#running.get(sessionOf(principal)) ?? [];
    return others.length === 0 ? only?.requestId : undefined;
  }
}

const sessionOf = ({ roleArn, sessionName }: Pick<Invocation, 'roleArn' | 'sessionName'>) =>
  `${roleArn}/${sessionName}`;
