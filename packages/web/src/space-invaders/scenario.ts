/** Space Invaders' place among the scenarios. */
export const spaceInvaders = {
  /** Folder of the service and path of the page. */
  id: 'space-invaders',
  title: 'Space Invaders',
  pattern: 'Hundreds play at once: a stream takes it all, one function a second folds it into a board.',
} as const;
