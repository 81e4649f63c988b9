import type { SourceLink } from '../cabinet/Lesson.tsx';

/** The lines that the lesson speaks of. */
export const lessonLinks: readonly SourceLink[] = [
  {
    label: 'resources/api.yml',
    load: () => import('../../../../services/space-invaders/resources/api.yml?raw'),
    find: 'POST /updatestatus:',
  },
  {
    label: 'domain/fold.ts',
    load: () => import('../../../../services/space-invaders/domain/fold.ts?raw'),
    find: 'export function fold',
  },
  {
    label: 'game/statusSender.ts',
    load: () => import('./game/statusSender.ts?raw'),
    find: 'const mayPass =',
  },
];
