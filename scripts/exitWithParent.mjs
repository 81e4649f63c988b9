/**
 * Preloaded (`node --import`) by what `npm start` starts: when the starter is gone, however it went, this process ends
 * as if it had been asked to.
 */
if (process.channel) {
  process.channel.unref();
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
