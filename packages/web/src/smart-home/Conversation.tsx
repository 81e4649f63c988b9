import { useState } from 'react';
import type { SourceLink } from '../cabinet/Lesson.tsx';
import { SourceDialog } from '../cabinet/SourceDialog.tsx';
import { durationWords } from '../lib/duration.ts';
import { latestOf, nameOf, tookOf } from './exchange.ts';
import type { Bulb, Exchange, Home, Step } from './home.ts';
import type { Said } from './useHome.ts';
import { answerOf, isLong, type Line, saidOf, titleOf } from './words.ts';
import './conversation.css';

/** Rows of what was said before. */
const MOST_PAST = 4;

/** A message of Alexa's. */
interface Message {
  /** `DeferredResponse`. */
  title: string;
  message: unknown;
  /** After it was said, in milliseconds. */
  afterMs: number;
  remark: string;
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
function messagesOf({ directive, saidAtMs }: Exchange, steps: readonly Step[]): Message[] {
  // Of what Alexa did not understand nobody has sent her anything.
  const all = steps
    .filter(({ message }) => Object.keys(message).length > 0)
    .map(({ message, atMs, remark }) => ({
      ...{ title: titleOf(message), message, remark },
      afterMs: atMs - saidAtMs,
    }));
  return directive ? [{ title: titleOf(directive), message: directive, afterMs: 0, remark: '' }, ...all] : all;
}

const isBad = ({ message }: Message) => nameOf(message) === 'ErrorResponse';

const NOTHING: Line = { words: '', tone: 'waits' };

/** What was said, and what came of it, as lines of the console. */
function linesOf({ home, said }: ConversationProps): [text: string, line: Line] {
  if (said) {
    const { text, problem, isByHand } = said;
    const line: Line = problem === undefined ? { words: '…', tone: 'waits' } : { words: problem, tone: 'refused' };
    return [isByHand ? `A hand at the ${text}:` : `“Alexa, ${text}”`, line];
  }
  const latest = home && latestOf(home.exchanges, home.bulbs);
  if (latest) return [saidOf(latest.exchange), answerOf(latest.exchange, home.bulbs)];
  return ['Speak to Alexa below, or press a button beside a kind.', NOTHING];
}

/** What was said last, what Alexa answers, and the messages in between; each opens as it went over the network. */
function Latest({ home, said }: ConversationProps) {
  const [opened, setOpened] = useState<SourceLink>();
  const [text, { words, tone }] = linesOf({ home, said });
  const known = said || !home ? undefined : latestOf(home.exchanges, home.bulbs);
  const took = known && tookOf(known.exchange);
  return (
    <div className="latest">
      <p className="said" key={text}>
        {text}
      </p>
      <p className="answer" data-tone={tone} data-long={isLong(words)}>
        <span key={words} title={words}>
          {words}
        </span>
        <span className="answer-time" key={took?.finalMs}>
          {took?.finalMs !== undefined && durationWords(took.finalMs)}
        </span>
      </p>
      <ol className="messages" aria-label="Messages">
        {known &&
          messagesOf(known.exchange, known.steps).map((message, index) => (
            <li key={`${known.exchange.id} ${index}`}>
              <button
                type="button"
                aria-haspopup="dialog"
                data-bad={isBad(message)}
                onClick={() => setOpened(sourceOf(message))}
              >
                {message.title.replace(/^DeferredResponse$/, 'Deferred')}
                <small>
                  {[message.afterMs > 0 && `+${durationWords(message.afterMs)}`, message.remark]
                    .filter(Boolean)
                    .join(' ')}
                </small>
              </button>
            </li>
          ))}
      </ol>
      {opened && <SourceDialog source={opened} onClose={() => setOpened(undefined)} />}
    </div>
  );
}

/** One that has passed, in a row. */
function Past({ exchange, bulbs }: { exchange: Exchange; bulbs: readonly Bulb[] }) {
  const { words, tone } = answerOf(exchange, bulbs);
  const { finalMs } = tookOf(exchange);
  return (
    <>
      <span className="past-said">{exchange.text || 'told unasked:'}</span>
      <span className="past-answer" data-tone={tone}>
        {words}
      </span>
      <span className="past-time">{finalMs !== undefined && durationWords(finalMs)}</span>
    </>
  );
}

export interface ConversationProps {
  home: Home | undefined;
  /** What was said and is not known of yet. */
  said: Said | undefined;
}

/** What was said and answered, the latest first; as many rows as there are places. */
export function Conversation({ home, said }: ConversationProps) {
  const { exchanges = [], bulbs = [] } = home ?? {};
  const before = (said ? undefined : latestOf(exchanges, bulbs)?.others) ?? exchanges;
  return (
    <>
      <Latest home={home} said={said} />
      <div className="past-room">
        <ol className="past" aria-label="Said before">
          {Array.from({ length: MOST_PAST }, (_, row) => {
            const exchange = before[row];
            return <li key={row}>{exchange && <Past key={exchange.id} exchange={exchange} bulbs={bulbs} />}</li>;
          })}
        </ol>
      </div>
    </>
  );
}
