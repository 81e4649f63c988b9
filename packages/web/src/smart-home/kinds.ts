import type { Kind } from './home.ts';

/** A kind of API, as the page shows it. */
export interface KindWords {
  kind: Kind;
  title: string;
  /** What its vendor does, in a few words. */
  does: string;
  /** Its mark, in a box of 16. */
  mark: string;
}

/** The four of them, in the order in which they are explained. */
export const KINDS: readonly KindWords[] = [
  { kind: 'sync', title: 'Sync', does: 'answers with the state', mark: 'M2 6h11M10 3l3 3-3 3M14 11H3M6 8.5 3 11l3 3' },
  { kind: 'push', title: 'Push', does: '202, and calls back', mark: 'M3 11h10M4 11V8a4 4 0 0 1 8 0v3M7 13.5h2M8 4V2' },
  {
    kind: 'polling',
    title: 'Polling',
    does: '202, and nothing more',
    mark: 'M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3',
  },
  { kind: 'optimistic', title: 'Optimistic', does: 'told before it is done', mark: 'M9 1 4 9h4l-1 6 5-8H8z' },
];
