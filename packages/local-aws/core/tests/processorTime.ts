/**
 * Begins to measure; gives what tells how much of the processor's time this process has taken since, in milliseconds. Unlike
 * the clock's time it is no longer where other processes want the processor too.
 */
export function processorTime(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
}
