import { useCallback, useState } from 'react';
import { Action } from '../cabinet/Action.tsx';
import { usePolling } from '../lib/usePolling.ts';
import { Time } from '../ui/Time.tsx';
import { lettersIn, redrive } from './messages.ts';

const EVERY_MS = 2_000;

/** What lies in queues of dead letters: who gave up what and why, and the way back. */
export function Letters({ queues, onRedriven }: { queues: readonly string[]; onRedriven: () => void }) {
  const key = queues.join(' ');
  const ask = useCallback((signal: AbortSignal) => lettersIn(key.split(' '), signal), [key]);
  const { value: letters, problem, refresh } = usePolling(ask, EVERY_MS);
  const [said, setSaid] = useState('');
  const send = async (queue: string, ids?: readonly string[]) => {
    const { sent, failed } = await redrive(queue, ids);
    setSaid(`${sent} went back${failed > 0 ? `, ${failed} could not` : ''}.`);
    refresh();
    onRedriven();
  };
  const sendable = letters?.filter(({ canSend }) => canSend) ?? [];
  return (
    <section className="live-letters" aria-labelledby="live-letters">
      <h3 id="live-letters">Dead letters</h3>
      {problem && <p className="live-problem">{problem.message}</p>}
      {letters?.length === 0 && <p className="soft small">None lies there now.</p>}
      <ul>
        {letters?.map(({ id, queue, who, why, tries, sentMs, type, kept, body, canSend }) => (
          <li key={id}>
            <p>
              <strong>{type ?? 'A message'}</strong>, given up by {who}
              {tries === undefined ? '' : ` after ${tries} ${tries === 1 ? 'try' : 'tries'}`},{' '}
              <Time at={new Date(sentMs).toISOString()} />
            </p>
            <p className="small">{why}</p>
            <details>
              <summary>what it says</summary>
              <pre>{body}</pre>
            </details>
            <Action
              label="Redrive"
              pendingLabel="Sending back…"
              unavailable={canSend ? undefined : `It stays here: ${kept ?? 'nothing in it can go back'}.`}
              onAct={() => send(queue, [id])}
            />
          </li>
        ))}
      </ul>
      {sendable.length > 1 && (
        <Action
          label={`Redrive all ${sendable.length}`}
          pendingLabel="Sending back…"
          onAct={async () => {
            for (const queue of new Set(sendable.map((letter) => letter.queue))) await send(queue);
          }}
        />
      )}
      <p className="live-said" role="status">
        {said}
      </p>
    </section>
  );
}
