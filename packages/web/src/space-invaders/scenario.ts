/** Space Invaders' place among the scenarios. */
export const spaceInvaders = {
  /** Folder of the service and path of the page. */
  id: 'space-invaders',
  title: 'Space Invaders',
  pattern: 'Hundreds play, and each tells how it goes: a stream takes it all, and one function folds it into a board.',
} as const;
