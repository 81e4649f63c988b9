import { useEffect, useId, useRef, useState } from 'react';
import { listen, recognitionIn } from './speech.ts';

export interface SpeakButtonProps {
  /** What is understood so far. */
  onInterim: (text: string) => void;
  onHeard: (text: string) => void;
}

/** Listens on request, where the browser can; before the first time it says where the sound may go. */
export function SpeakButton({ onInterim, onHeard }: SpeakButtonProps) {
  const [Maker] = useState(() => recognitionIn());
  const [isAsking, setAsking] = useState(false);
  const [isWarned, setWarned] = useState(false);
  const [problem, setProblem] = useState('');
  const [listening, setListening] = useState<AbortController>();
  const button = useRef<HTMLButtonElement>(null);
  const agree = useRef<HTMLButtonElement>(null);
  const noteId = useId();
  useEffect(() => {
    if (isAsking) agree.current?.focus();
  }, [isAsking]);
  useEffect(() => () => listening?.abort(), [listening]);
  if (!Maker) return null;

  const begin = async () => {
    const controller = new AbortController();
    setAsking(false);
    setWarned(true);
    setProblem('');
    setListening(controller);
    button.current?.focus();
    try {
      onHeard(await listen(Maker, { onInterim, signal: controller.signal }));
    } catch (error) {
      if (!controller.signal.aborted) setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setListening(undefined);
    }
  };
  const press = () => {
    if (listening) listening.abort();
    else if (isWarned) void begin();
    else setAsking(!isAsking);
  };
  const leave = () => {
    setAsking(false);
    button.current?.focus();
  };
  return (
    <span className="speak">
      <button
        ref={button}
        type="button"
        className="speak-button"
        aria-label={listening ? 'Stop listening' : 'Speak'}
        aria-pressed={listening !== undefined}
        aria-expanded={isWarned ? undefined : isAsking}
        onClick={press}
        onBlur={() => setProblem('')}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM6 11a6 6 0 0 0 12 0M12 17v4" />
        </svg>
      </button>
      {isAsking && (
        <span
          className="speak-warning"
          role="dialog"
          aria-labelledby={noteId}
          onKeyDown={({ key }) => key === 'Escape' && leave()}
        >
          <span id={noteId}>
            Your browser may send the sound of what you say to its maker, to understand it. This page gets the words
            alone.
          </span>
          <span className="row">
            <button ref={agree} type="button" className="action" onClick={() => void begin()}>
              Listen
            </button>
            <button type="button" className="action" onClick={leave}>
              Rather not
            </button>
          </span>
        </span>
      )}
      <span className="speak-problem" role="status">
        {problem}
      </span>
    </span>
  );
}
