import type { FloorEdge, FloorGraph } from '@arcade/networks/wire/graph';
import { memo, useCallback, useState } from 'react';
import { usePolling } from '../lib/usePolling.ts';
import { namesOf } from './Choosing.tsx';
import { Letters } from './Letters.tsx';
import { MessageView } from './MessageView.tsx';
import { deadQueuesOf, type Message, messagesOf } from './messages.ts';
import { attemptOf, isBad, outcomeOf } from './words.ts';

const EVERY_MS = 1_500;

const time = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
const timeOf = (atMs: number) => `${time.format(atMs)}.${String(atMs % 1000).padStart(3, '0')}`;

function Row({ message, isOpen, onOpen }: { message: Message; isOpen: boolean; onOpen: () => void }) {
  const { hop } = message;
  const attempt = attemptOf(hop);
  return (
    <button type="button" className="live-row" aria-pressed={isOpen} data-bad={isBad(hop)} onClick={onOpen}>
      <time dateTime={new Date(hop.atMs).toISOString()}>{timeOf(hop.atMs)}</time>
      <span>{hop.action}</span>
      <span>
        {outcomeOf(hop)}
        {attempt && ` · ${attempt}`}
      </span>
    </button>
  );
}

export interface EdgePanelProps {
  graph: FloorGraph;
  edge: FloorEdge;
  /** Only what is of this chain; empty: all. */
  chain: string;
  onReplay: (correlationId: string) => Promise<void>;
}

/** The last messages of an edge, one of them opened, and the dead letters at its end. */
export const EdgePanel = memo(function EdgePanel({ graph, edge, chain, onReplay }: EdgePanelProps) {
  const ask = useCallback((signal: AbortSignal) => messagesOf(graph, edge, signal), [graph, edge]);
  const { value, problem, refresh } = usePolling(ask, EVERY_MS);
  const [opened, setOpened] = useState<Message>();
  const shown = value?.filter(({ hop }) => chain === '' || hop.correlationId === chain);
  const queues = deadQueuesOf(graph, edge);
  return (
    <section className="card live-edge" aria-labelledby="live-edge">
      <h2 id="live-edge">{namesOf(graph, edge)}</h2>
      {edge.sentences.map((sentence) => (
        <p key={sentence} className="soft small">
          {sentence}
        </p>
      ))}
      {problem && (
        <p className="live-problem" role="status">
          {problem.message}
        </p>
      )}
      {queues.length > 0 && <Letters queues={queues} onRedriven={refresh} />}
      <h3>Last messages</h3>
      {shown?.length === 0 && (
        <p className="soft small">
          {chain === '' ? 'None that is kept went over it yet.' : 'None of this correlation id is kept.'}
        </p>
      )}
      <ol className="live-rows">
        {shown?.map((message) => (
          <li key={message.seq}>
            <Row
              message={message}
              isOpen={opened?.seq === message.seq}
              onOpen={() => setOpened(opened?.seq === message.seq ? undefined : message)}
            />
          </li>
        ))}
      </ol>
      {opened && (
        <MessageView
          key={opened.seq}
          message={value?.find(({ seq }) => seq === opened.seq) ?? opened}
          nameOf={(arn) => graph.nodes.find(({ arns }) => arns.includes(arn))?.label ?? arn.split(/[:/]/).at(-1) ?? arn}
          onSent={refresh}
          onReplay={onReplay}
        />
      )}
    </section>
  );
});
