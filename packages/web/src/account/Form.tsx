import { type ReactNode, useEffect, useId, useRef, useState } from 'react';

/** A line to write in. */
interface FieldProps {
  label: string;
  value: string;
  onWrite: (value: string) => void;
  /** What is meant, below the line. */
  hint?: string;
  type?: 'text' | 'email' | 'password';
  /** What a password manager puts there. */
  autoComplete: string;
  pattern?: string;
  minLength?: number;
  isOptional?: boolean;
  isNumber?: boolean;
}

export function Field({ label, value, onWrite, hint, isOptional, isNumber, type = 'text', ...rest }: FieldProps) {
  const id = useId();
  return (
    <div className="account-field">
      <label htmlFor={id}>
        {label} {isOptional && <span className="soft small">(if you like)</span>}
      </label>
      <input
        id={id}
        className="field"
        type={type}
        value={value}
        required={!isOptional}
        // Names and codes are no prose.
        autoCapitalize="none"
        spellCheck={false}
        inputMode={isNumber ? 'numeric' : undefined}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        title={hint}
        onChange={({ target }) => onWrite(target.value)}
        {...rest}
      />
      {hint !== undefined && (
        <p className="soft small" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface FormProps {
  /** What the one button says, and what it says meanwhile. */
  act: string;
  acting: string;
  /** What it throws is said in the form, in its own words. */
  onAct: () => Promise<unknown>;
  children: ReactNode;
}

/** Lines and a button. In a dialog it begins with the focus in its first empty line; whatever becomes of pressing the button, the focus stays. */
export function Form({ act, acting, onAct, children }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [isActing, setActing] = useState(false);
  const [failure, setFailure] = useState('');
  useEffect(() => {
    // Whoever has opened a dialog came to write; on a page of many parts nobody takes the focus.
    if (!form.current?.closest('dialog')) return;
    const inputs = [...form.current.querySelectorAll('input')];
    (inputs.find(({ value }) => value === '') ?? inputs[0])?.focus();
  }, []);
  const submit = async () => {
    if (isActing) return;
    setActing(true);
    setFailure('');
    try {
      await onAct();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      setActing(false);
    }
  };
  return (
    <form
      ref={form}
      className="account-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {children}
      {/* Always there, so that a sentence moves nothing. */}
      <p className="account-failure" role="alert">
        {failure}
      </p>
      <button type="submit" className="action primary" aria-disabled={isActing} aria-busy={isActing}>
        <span className="slot">
          <span data-shown={!isActing}>{act}</span>
          <span data-shown={isActing}>{acting}</span>
        </span>
      </button>
    </form>
  );
}
