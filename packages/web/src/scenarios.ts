import type { ComponentType } from 'react';

/** A scenario of the arcade: its page joins the shell by standing in this list. */
export interface Scenario {
  /** Folder of the service and path of the page. */
  id: string;
  title: string;
  /** The event-driven pattern that it teaches, in a sentence. */
  pattern: string;
  load: () => Promise<{ default: ComponentType }>;
}

export const scenarios: readonly Scenario[] = [
  {
    id: 'ping-pong',
    title: 'Ping-pong',
    pattern: 'Two functions that talk only through messages: a rally over two SNS topics.',
    load: async () => ({ default: (await import('./ping-pong/PingPongPage.tsx')).PingPongPage }),
  },
  {
    id: 'mafia',
    title: 'Mafia',
    pattern:
      'A stateful game on stateless functions: REST API, one transaction a turn, an index that hides the secret.',
    load: async () => ({ default: (await import('./mafia/MafiaPage.tsx')).MafiaPage }),
  },
];
