import { PatternChip } from '../cabinet/parts.tsx';
import type { Telling } from './telling.ts';

/** A sentence in which names of the code stand between backticks. */
export function Sentence({ children }: { children: string }) {
  return children.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}

/** The line under the wire: a pattern's name and one sentence; `idle` while there is nothing to tell. Takes the same room whatever it says. */
export function Narration({ telling, idle }: { telling: Telling | undefined; idle: string }) {
  // Made anew with each sentence: what is not there any more has not moved.
  return (
    <p className="narration">
      {telling ? (
        <span key={telling.pattern + telling.sentence}>
          <PatternChip name={telling.pattern} family={telling.family} />{' '}
          <span className="narration-sentence">
            <Sentence>{telling.sentence}</Sentence>
          </span>
        </span>
      ) : (
        <span key={idle} className="narration-sentence soft">
          {idle}
        </span>
      )}
    </p>
  );
}
