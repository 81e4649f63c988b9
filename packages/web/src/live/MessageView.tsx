import { useId, useState } from 'react';
import { Action } from '../cabinet/Action.tsx';
import { type Matching, type Message, matchingOf, sendAgain, type Taker } from './messages.ts';
import { attemptOf, isBad, outcomeOf } from './words.ts';

/** JSON as people read it; as it is written where it is none. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

function TakerView({ taker, nameOf }: { taker: Taker; nameOf: (arn: string) => string }) {
  const { arn, targets, matched, field, reason, pattern } = taker;
  return (
    <li data-matched={matched}>
      <strong>{matched ? '✓ takes it' : '✗ does not'}</strong> {targets.map(nameOf).join(', ') || nameOf(arn)}
      {!matched && (
        <p className="small">
          {field ? (
            <>
              <code>{field}</code>:{' '}
            </>
          ) : null}
          {reason}
        </p>
      )}
      {pattern && (
        <details>
          <summary>its pattern</summary>
          <pre>{pretty(pattern)}</pre>
        </details>
      )}
    </li>
  );
}

export interface MessageViewProps {
  message: Message;
  /** What the drawing calls an ARN. */
  nameOf: (arn: string) => string;
  onSent: () => void;
  onReplay: (correlationId: string) => Promise<void>;
}

/** What a message says, how it went, and what can be done with it: edited or not. */
export function MessageView({ message, nameOf, onSent, onReplay }: MessageViewProps) {
  const { seq, hop, body, isJson, isCut, attributes = {}, notSendable } = message;
  const [text, setText] = useState(body);
  const [matching, setMatching] = useState<Matching[]>();
  const [said, setSaid] = useState('');
  const bodyId = useId();
  const isEdited = text !== body;
  const edited = isEdited ? text : undefined;
  const facts: (readonly [string, string | undefined])[] = [
    ['hop', `#${seq} ${hop.service} ${hop.action}`],
    ['outcome', outcomeOf(hop)],
    ['why', hop.error?.message ?? (hop.detail?.reason === undefined ? undefined : String(hop.detail.reason))],
    ['attempts', attemptOf(hop) || undefined],
    ['tried again', hop.detail?.retryInMs === undefined ? undefined : `in ${Number(hop.detail.retryInMs) / 1000} s`],
    ['correlation id', hop.correlationId],
    ...Object.entries(attributes).map(([name, value]) => [`attribute ${name}`, value] as const),
  ];
  const { correlationId } = hop;
  return (
    <article className="live-message" aria-label={`Message ${seq}`} data-bad={isBad(hop)}>
      <dl>
        {facts.map(
          ([name, value]) =>
            value !== undefined && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      <label htmlFor={bodyId}>
        What it says{isJson ? ', as JSON' : ''}
        {isCut ? ' (the beginning)' : ''}
      </label>
      <textarea
        id={bodyId}
        className="field mono"
        rows={Math.min(16, Math.max(3, text.split('\n').length))}
        spellCheck="false"
        readOnly={notSendable !== undefined && hop.kind !== 'no-match'}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setMatching(undefined);
        }}
      />
      <p className="soft small">Tokens and passwords are hidden as ***; left as they are, they go along unseen.</p>
      <div className="live-acts">
        <Action
          label={isEdited ? 'Send edited' : 'Send again'}
          pendingLabel="Sending…"
          unavailable={notSendable}
          onAct={async () => {
            await sendAgain(seq, edited);
            setSaid(isEdited ? 'Sent, as it is edited.' : 'Sent again.');
            onSent();
          }}
        />
        <Action
          label="Test patterns"
          pendingLabel="Testing…"
          onAct={async () => setMatching(await matchingOf(seq, edited))}
        />
        {isEdited && <Action label="As it was" onAct={() => setText(body)} />}
        {correlationId !== undefined && <Action label="Replay its path" onAct={() => onReplay(correlationId)} />}
      </div>
      <p className="live-said" role="status">
        {said}
      </p>
      {matching?.length === 0 && <p className="soft small">Nothing with a pattern takes what comes here.</p>}
      {matching?.map(({ at, takers }, index) => (
        <section key={`${at} ${index}`} className="live-matching">
          <h4>At {nameOf(at)}</h4>
          <ul>
            {takers.map((taker) => (
              <TakerView key={taker.arn} taker={taker} nameOf={nameOf} />
            ))}
          </ul>
        </section>
      ))}
    </article>
  );
}
