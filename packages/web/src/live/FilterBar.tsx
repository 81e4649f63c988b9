import type { FloorRoom } from '@arcade/networks/wire/graph';
import { Action } from '../cabinet/Action.tsx';

export interface FilterBarProps {
  rooms: readonly FloorRoom[];
  /** Empty: all. */
  service: string;
  onService: (service: string) => void;
  /** A correlation id; empty: all. */
  chain: string;
  onChain: (chain: string) => void;
  onReplay: () => Promise<void>;
  isReplaying: boolean;
  onEnd: () => void;
}

/** What of all that happens is looked at: one service, one chain; and the chain once more, slowly. */
export function FilterBar({ rooms, service, onService, chain, onChain, onReplay, isReplaying, onEnd }: FilterBarProps) {
  return (
    <form className="live-filter" aria-label="What is looked at" onSubmit={(event) => event.preventDefault()}>
      <label>
        <span>Service</span>
        <select className="field" value={service} onChange={({ target }) => onService(target.value)}>
          <option value="">all</option>
          {rooms.map(({ service: name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label className="live-chain">
        <span>Correlation id</span>
        <input
          className="field mono"
          type="search"
          value={chain}
          placeholder="all"
          spellCheck="false"
          onChange={({ target }) => onChain(target.value.trim())}
        />
      </label>
      {isReplaying ? (
        <Action label="End the replay" onAct={onEnd} />
      ) : (
        <Action
          label="Replay slowly"
          pendingLabel="Looking…"
          unavailable={chain === '' ? 'Give a correlation id, or take one from a message.' : undefined}
          onAct={onReplay}
        />
      )}
    </form>
  );
}
