import type { SourceLink } from '../cabinet/Lesson.tsx';

/** The lines that the lesson speaks of. */
export const lessonLinks: readonly SourceLink[] = [
  {
    label: 'statusSender.ts',
    load: () => import('./game/statusSender.ts?raw'),
    find: 'const refused = ',
  },
  {
    label: 'the contract',
    load: () => import('../../../events/contracts/spaceInvaders.ts?raw'),
    find: 'export const statusUpdated',
  },
];
