import { type RefObject, useId, useRef } from 'react';
import { Action } from '../cabinet/Action.tsx';
import { SpeakButton } from './SpeakButton.tsx';
import { utteranceIn } from './speech.ts';

export interface SayItProps {
  field: RefObject<HTMLInputElement | null>;
  /** What can be said, to choose from. */
  sayings: readonly string[];
  /** Gives whether it was heard. */
  onSay: (text: string) => Promise<boolean>;
}

/** Where one speaks to Alexa: typed, or by voice where the browser listens. */
export function SayIt({ field, sayings, onSay }: SayItProps) {
  const listId = useId();
  const form = useRef<HTMLFormElement>(null);
  const put = (text: string) => {
    if (field.current) field.current.value = text;
  };
  const act = async () => {
    const text = field.current?.value.trim() ?? '';
    if (text === '') {
      field.current?.focus();
      throw new Error('Say what Alexa is to do: “turn on the kitchen light”.');
    }
    const isHeard = await onSay(utteranceIn(text));
    // What was not heard stays, and what was typed meanwhile.
    if (isHeard && field.current?.value.trim() === text) field.current.value = '';
  };
  const press = () => form.current?.querySelector<HTMLButtonElement>('.primary')?.click();
  return (
    <form
      ref={form}
      className="say-it action-deck"
      onSubmit={(event) => {
        event.preventDefault();
        press();
      }}
    >
      <label className="say-field">
        <span>Alexa,</span>
        <input
          ref={field}
          className="field"
          list={listId}
          maxLength={200}
          autoComplete="off"
          enterKeyHint="send"
          placeholder={sayings[0] ?? 'turn on the kitchen light'}
        />
      </label>
      <datalist id={listId}>
        {sayings.map((saying) => (
          <option key={saying} value={saying} />
        ))}
      </datalist>
      <Action isPrimary label="Say it" pendingLabel="Asking…" onAct={act} />
      <SpeakButton
        onInterim={put}
        onHeard={(text) => {
          put(text);
          press();
        }}
      />
    </form>
  );
}
