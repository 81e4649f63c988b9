/** Space Invaders' place among the scenarios. */
export const spaceInvaders = {
  /** Folder of the service and path of the page. */
  id: 'space-invaders',
  title: 'Space Invaders',
  pattern: 'Hundreds play: a stream takes it all, one function a second folds it.',
} as const;
