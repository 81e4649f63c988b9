/** Ping-pong's place among the scenarios. */
export const pingPong = {
  /** Folder of the service and path of the page. */
  id: 'ping-pong',
  title: 'Ping-pong',
  pattern: 'Two functions, no call between them: the ball is a message.',
} as const;
