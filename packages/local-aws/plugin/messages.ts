/** What the plugin tells the process that started `sls offline` (`npm start`), over the channel between them. */
export type PluginMessage =
  /** The stack stands: these are its outputs. The functions do not run yet. */
  | { arcade: 'provisioned'; outputs: Record<string, string> }
  /** Functions can be reached. Addresses without a trailing slash; left out when the service has no such API. */
  | { arcade: 'ready'; url?: string; wsUrl?: string };

/** Whether a message that a child sent is one of the plugin's. */
export function isPluginMessage(message: unknown): message is PluginMessage {
  return typeof message === 'object' && message !== null && 'arcade' in message;
}

/** Tells the starter, when there is one. */
export function tellStarter(message: PluginMessage): void {
  process.send?.(message);
}
