import { useState } from 'react';
import type { SourceLink } from '../cabinet/Lesson.tsx';
import { SourceDialog } from '../cabinet/SourceDialog.tsx';
import { durationWords } from '../lib/duration.ts';
import { nameOf, tookOf } from './exchange.ts';
import type { Exchange, Home } from './home.ts';
import type { Said } from './useHome.ts';
import { type Answer, answerOf, titleOf } from './words.ts';

/** Rows of what was said before. */
const MOST_PAST = 4;

/** A message of Alexa's. */
interface Message {
  /** `DeferredResponse`. */
  title: string;
  message: unknown;
  /** After it was said, in milliseconds. */
  afterMs: number;
}

/** What is nobody's business, wherever it stands in a message. */
const masked = (key: string, value: unknown) => (key === 'token' || key === 'code' ? '…' : value);

/** A message as it went over the network, to be read. */
const sourceOf = ({ title, message }: Message): SourceLink => ({
  label: title,
  load: async () => ({ default: JSON.stringify(message, masked, 2) }),
  find: '"name"',
});

/** The directive, and each message that followed, as they went. */
function messagesOf({ directive, steps, saidAtMs }: Exchange): Message[] {
  const all = steps.map(({ message, atMs }) => ({ title: titleOf(message), message, afterMs: atMs - saidAtMs }));
  return directive ? [{ title: titleOf(directive), message: directive, afterMs: 0 }, ...all] : all;
}

const refused = (words: string): Answer => ({ words, tone: 'refused' });
const isBad = ({ message }: Message) => nameOf(message) === 'ErrorResponse';

/** What was said last, what Alexa answers, and the messages in between; each opens as it went over the network. */
function Latest({ exchange, said, nowMs }: { exchange: Exchange | undefined; said: Said | undefined; nowMs: number }) {
  const [opened, setOpened] = useState<SourceLink>();
  const known = said ? undefined : exchange;
  const answer: Answer | undefined =
    said?.problem === undefined ? known && answerOf(known, nowMs) : refused(said.problem);
  const took = known && tookOf(known);
  const text = said?.text ?? exchange?.text;
  return (
    <div className="latest">
      <p className="said" key={text}>
        {text
          ? `“Alexa, ${text}”`
          : exchange
            ? 'Nobody has said anything'
            : 'Say something to Alexa: type below, or press a “…”.'}
      </p>
      <p className="answer" data-tone={answer?.tone ?? 'waits'}>
        <span key={answer?.words}>{text ? (answer?.words ?? '…') : ''}</span>
        <span className="answer-time" key={took?.finalMs}>
          {took?.finalMs !== undefined && durationWords(took.finalMs)}
        </span>
      </p>
      <ol className="messages" aria-label="Messages">
        {known &&
          messagesOf(known).map((message, index) => (
            <li key={`${known.id} ${index}`}>
              <button
                type="button"
                aria-haspopup="dialog"
                data-bad={isBad(message)}
                onClick={() => setOpened(sourceOf(message))}
              >
                {message.title.replace(/^DeferredResponse$/, 'Deferred')}
                <small>{message.afterMs > 0 && `+${durationWords(message.afterMs)}`}</small>
              </button>
            </li>
          ))}
      </ol>
      {opened && <SourceDialog source={opened} onClose={() => setOpened(undefined)} />}
    </div>
  );
}

/** One that has passed, in a row. */
function Past({ exchange, nowMs }: { exchange: Exchange; nowMs: number }) {
  const { words, tone } = answerOf(exchange, nowMs);
  const { finalMs } = tookOf(exchange);
  return (
    <>
      <span className="past-said">{exchange.text || titleOf(exchange.steps[0]?.message)}</span>
      <span className="past-answer" data-tone={tone}>
        {words}
      </span>
      <span className="past-time">{finalMs !== undefined && durationWords(finalMs)}</span>
    </>
  );
}

/** What was said and answered, the latest first; as many rows as there are places. */
export function Conversation({ home, said }: { home: Home | undefined; said: Said | undefined }) {
  const [latest, ...past] = home?.exchanges ?? [];
  const nowMs = home?.nowMs ?? 0;
  const before = said && latest ? [latest, ...past] : past;
  return (
    <>
      <Latest exchange={latest} said={said} nowMs={nowMs} />
      <div className="past-room">
        <ol className="past" aria-label="Said before">
          {Array.from({ length: MOST_PAST }, (_, row) => {
            const exchange = before[row];
            return <li key={row}>{exchange && <Past key={exchange.id} exchange={exchange} nowMs={nowMs} />}</li>;
          })}
        </ol>
      </div>
    </>
  );
}
