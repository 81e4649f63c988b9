import type { ReactNode } from 'react';
import { type SentAgain, saysTheSame } from './moves.ts';
import { linesOf, type Peeked, type PeekLine } from './peek.ts';
import './slip.css';

interface SlipProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A slip of paper over the table. Nothing moves for it, and the keyboard stays with what was pressed. */
function Slip({ title, onClose, children }: SlipProps) {
  return (
    <section className="slip" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <button type="button" className="slip-close" onClick={onClose}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <div className="slip-text" tabIndex={0}>
        {children}
      </div>
    </section>
  );
}

function Line({ text, barThen }: PeekLine) {
  return (
    <span className="slip-line">
      {text}
      {barThen !== undefined && (
        <>
          <span className="bar">
            <span className="visually-hidden">not in the index</span>
          </span>
          {barThen}
        </>
      )}
      {'\n'}
    </span>
  );
}

/** What the masked index says when it is asked for everything. */
export function PeekSlip({ peeked: { path, game, tookMs }, onClose }: { peeked: Peeked; onClose: () => void }) {
  return (
    <Slip title="The index answers" onClose={onClose}>
      <p>
        <code>GET {path}</code> · 200 · {tookMs} ms. The bars are this page’s: the answer has no such field. The index{' '}
        <code>Masked</code> does not hold it, and the role of <code>gameState</code> may read nothing else. There is
        nothing under them.
      </p>
      <pre>
        {linesOf(game).map((line) => (
          <Line key={line.text} {...line} />
        ))}
      </pre>
    </Slip>
  );
}

/** What a request that was sent a second time was answered with, and what it did. */
export function AgainSlip({ sent: { move, first, again, calls }, onClose }: { sent: SentAgain; onClose: () => void }) {
  const isSame = saysTheSame(first, again);
  const hasWritten = calls?.includes('TransactWriteItems');
  return (
    <Slip title={isSame ? 'The same answer' : 'Another answer'} onClose={onClose}>
      <p>
        <code>
          POST /games/{move.gameId}/{move.turn}
        </code>{' '}
        with <code>Idempotency-Key: {move.key.slice(0, 8)}…</code>, twice.
      </p>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">first</th>
            <th scope="col">again</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">turns played</th>
            <td>{first.turnsPlayed}</td>
            <td>{again.turnsPlayed}</td>
          </tr>
          <tr>
            <th scope="row">says</th>
            <td>{first.message.length} lines</td>
            <td>{isSame ? 'the same, word for word' : `${again.message.length} lines, others`}</td>
          </tr>
          <tr>
            <th scope="row">the journal</th>
            <td>one transaction</td>
            <td>{calls ? calls.join(', ') || 'nothing' : 'none to read here'}</td>
          </tr>
        </tbody>
      </table>
      {calls && (
        <p>
          {hasWritten
            ? 'It was written only now: the first time had been lost.'
            : 'Nothing was written: the stored answer was read and given again. Nothing is played twice.'}
        </p>
      )}
    </Slip>
  );
}
