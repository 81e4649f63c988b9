import { useCallback } from 'react';
import { callApi } from '../lib/api.ts';
import { usePolling } from '../lib/usePolling.ts';
import { Time } from '../ui/Time.tsx';

interface Feed {
  happenings: readonly { happeningId: string; sentence: string; atMs: number; cabinet: string }[];
}

const EVERY_MS = 2_000;
const SHOWN = 50;

/** What a deployed stage shows here: nobody looks into messages there, but everybody hears what has happened. */
export function DeployedFeed() {
  const ask = useCallback((signal: AbortSignal) => callApi<Feed>('lobby', `/feed?limit=${SHOWN}`, { signal }), []);
  const { value, problem } = usePolling(ask, EVERY_MS);
  return (
    <div className="stack">
      <h1>What has happened</h1>
      <p>
        A deployed stage has no journal to look into, and nobody sends again what others have sent. On a laptop this
        page opens the floor: <code>npm start</code>.
      </p>
      {problem && <p className="soft">The lobby does not answer: {problem.message}</p>}
      {value?.happenings.length === 0 && <p className="soft">Nothing has happened yet.</p>}
      <ol className="live-feed">
        {value?.happenings.map(({ happeningId, sentence, atMs, cabinet }) => (
          <li key={happeningId} data-scenario={cabinet}>
            {sentence} <Time at={new Date(atMs).toISOString()} />
          </li>
        ))}
      </ol>
    </div>
  );
}
