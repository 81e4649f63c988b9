/** Ends the process when somebody asks for it, once what it has started has ended: however often they ask (a terminal's Ctrl-C comes twice). */
export function endOnSignals(ending: AsyncDisposableStack): void {
  let ended: Promise<void> | undefined;
  const end = () => {
    // A second call of it would not wait for the first.
    ended ??= ending.disposeAsync();
    void ended.finally(() => process.exit(1));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
}
