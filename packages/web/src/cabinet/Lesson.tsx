import { type ReactNode, useId, useState } from 'react';
import { SourceDialog } from './SourceDialog.tsx';
import './lesson.css';

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
  const titleId = useId();
  const [open, setOpen] = useState<SourceLink>();
  return (
    <section className="card lesson" aria-labelledby={titleId}>
      <h2 id={titleId}>What you are looking at</h2>
      <p>{children}</p>
      <p>
        <strong>Try:</strong> {question}
      </p>
      <ul className="lesson-links">
        {links.map((link) => (
          <li key={link.label}>
            <button type="button" className="lesson-link" aria-haspopup="dialog" onClick={() => setOpen(link)}>
              {link.label}
            </button>
          </li>
        ))}
      </ul>
      {open && <SourceDialog key={open.label} source={open} onClose={() => setOpen(undefined)} />}
    </section>
  );
}
