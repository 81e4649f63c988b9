import type { ReactNode } from 'react';

/** A file of the repository that a lesson points to. */
export interface SourceLink {
  /** `domain/decide.ts`, `decision: one ball`. */
  label: string;
  /** Loads the file's text: `() => import('../../../../services/ping-pong/domain/decide.ts?raw')`. */
  load: () => Promise<{ default: string }>;
  /** A text in the line that is meant. */
  find: string;
}

export interface LessonProps {
  /** Three sentences. */
  children: ReactNode;
  /** One question to try out, after "Try:". */
  question: ReactNode;
  links: readonly SourceLink[];
}

/** What one is looking at: three sentences, one question to try, the lines of code and the decision. */
export function Lesson({ children, question, links }: LessonProps) {
  return (
    <section className="card lesson" aria-labelledby="lesson-title">
      <h2 id="lesson-title">What you are looking at</h2>
      <p>{children}</p>
      <p>
        <strong>Try:</strong> {question}
      </p>
      <p>{links.map(({ label }) => label).join(' · ')}</p>
    </section>
  );
}
