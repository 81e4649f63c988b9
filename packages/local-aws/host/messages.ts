import type { HostedDescription } from './host.ts';

/** What a local-aws that hosts tells the process that has started it (`npm start`), over the channel between them. */
export type HostMessage =
  /** Something for the terminal; `source` is a service, or `local-aws`. */
  | { arcade: 'line'; source: string; line: string }
  /** Each service serves or has failed. */
  | { arcade: 'ready'; endpoint: string; services: HostedDescription[] };

/** Whether a message that a child sent is one of these. */
export function isHostMessage(message: unknown): message is HostMessage {
  return typeof message === 'object' && message !== null && 'arcade' in message;
}
