import type { SourceLink } from '../cabinet/Lesson.tsx';

/** The lines that the lesson speaks of. */
export const lessonLinks: readonly SourceLink[] = [
  {
    label: 'networks.ts',
    load: () => import('../../../../services/smart-home/networks.ts?raw'),
    find: 'home: overlay(',
  },
  {
    label: 'patterns/optimisticProcessor.ts',
    load: () => import('../../../../services/smart-home/patterns/optimisticProcessor.ts?raw'),
    find: 'export const optimisticProcessor',
  },
  {
    label: 'decision: one answer',
    load: () => import('../../../../docs/decisions/smart-home-deadline.md?raw'),
    find: '## Why exactly one answer',
  },
  {
    label: 'decision: polling',
    load: () => import('../../../../docs/decisions/smart-home-polling.md?raw'),
    find: '**Verdict',
  },
];
