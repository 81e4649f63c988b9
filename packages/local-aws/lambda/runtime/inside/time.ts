/**
 * Makes this thread's `Date` show the time of a virtual clock: it stands still until it is set again, once for each
 * invocation. Timers (`setTimeout`) and `performance` stay real, and so does the remaining time of an invocation.
 *
 * With `undefined` the thread keeps the real time.
 */
export function freezeTime(initialMs: number | undefined): { set(nowMs: number | undefined): void } {
  if (initialMs === undefined) return { set() {} };

  const RealDate = Date;
  let frozenMs = initialMs;
  RealDate.now = () => frozenMs;
  const FrozenDate = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [frozenMs] : args, newTarget),
    apply: () => new RealDate(frozenMs).toString(),
  });
  RealDate.prototype.constructor = FrozenDate;
  globalThis.Date = FrozenDate;

  return {
    set(nowMs) {
      frozenMs = nowMs ?? frozenMs;
    },
  };
}
