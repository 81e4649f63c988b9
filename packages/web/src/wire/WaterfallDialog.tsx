import { useEffect, useRef, useState } from 'react';
import type { Hop } from '../lib/journal.ts';
import { printedMs } from './paint.ts';
import { type Waterfall, waterfallOf } from './waterfall.ts';
import './hops.css';

const FIND_MS = 5_000;

/** The address of the chain that a hop belongs to; undefined when it belongs to none. */
function chainOf({ correlationId, traceId }: Hop): string | undefined {
  if (correlationId !== undefined) return `/_local/journal?correlationId=${encodeURIComponent(correlationId)}`;
  return traceId === undefined ? undefined : `/_local/journal?traceId=${encodeURIComponent(traceId)}`;
}

async function findChain(hop: Hop): Promise<readonly Hop[]> {
  const address = chainOf(hop);
  if (address === undefined) return [hop];
  const answer = await fetch(address, { signal: AbortSignal.timeout(FIND_MS) });
  if (!answer.ok) throw new Error(`the journal answered ${answer.status}`);
  return (await answer.json()) as Hop[];
}

const share = (ms: number, totalMs: number) => `${totalMs === 0 ? 0 : (100 * ms) / totalMs}%`;

/** The bars of a chain, in the order of their begins. */
export function Bars({ waterfall: { bars, totalMs, others } }: { waterfall: Waterfall }) {
  const chosen = useRef<HTMLLIElement>(null);
  useEffect(() => {
    chosen.current?.scrollIntoView({ block: 'center' });
  }, []);
  return (
    <>
      <p className="soft small">
        {bars.length} hops in {printedMs(totalMs)}
        {others > 0 && `, those around the one that was opened; the chain has ${others} more`}.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <ol className="waterfall" tabIndex={0} aria-label="Hops in the order of their begins">
        {bars.map((bar) => (
          <li
            key={bar.seq}
            ref={bar.isChosen ? chosen : undefined}
            aria-current={bar.isChosen || undefined}
            data-family={bar.family}
            data-ghost={bar.isGhost}
            data-failure={bar.isFailure}
          >
            <span className="waterfall-what">
              {bar.what}
              {bar.isGhost && <small> again</small>}
              {bar.outcome !== '' && <small> {bar.outcome}</small>}
            </span>
            <span className="waterfall-start">{printedMs(bar.startMs)}</span>
            <span className="waterfall-bar" aria-hidden="true">
              <i style={{ left: share(bar.startMs, totalMs), width: share(bar.durationMs ?? 0, totalMs) }} />
            </span>
            <span className="waterfall-took">{bar.durationMs === undefined ? 'runs' : printedMs(bar.durationMs)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

interface WaterfallDialogProps {
  hop: Hop;
  nameOf: (arn: string) => string;
  onClose: () => void;
}

/** All that belongs to a hop's correlation id, as a waterfall. The browser gives the focus back to what opened it. */
export function WaterfallDialog({ hop, nameOf, onClose }: WaterfallDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [chain, setChain] = useState<readonly Hop[]>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  useEffect(() => {
    let isGone = false;
    findChain(hop).then(
      (found) => !isGone && setChain(found),
      (error: unknown) => !isGone && setProblem(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      isGone = true;
    };
  }, [hop]);
  return (
    <dialog ref={dialog} className="waterfall-dialog" aria-labelledby="waterfall-title" onClose={onClose}>
      <header>
        <h2 id="waterfall-title">
          What belongs to <code>{(hop.correlationId ?? hop.traceId ?? `hop ${hop.seq}`).slice(0, 36)}</code>
        </h2>
        <button type="button" className="action" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      {problem !== undefined && <p role="alert">It cannot be read: {problem}.</p>}
      {!chain && problem === undefined && <p className="soft">Looking for its hops…</p>}
      {chain && <Bars waterfall={waterfallOf(chain, hop.seq, nameOf)} />}
    </dialog>
  );
}
