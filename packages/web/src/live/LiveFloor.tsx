import type { FloorEdge, FloorGraph, FloorNode } from '@arcade/networks/wire/graph';
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Hop } from '../lib/journal.ts';
import { LOOK_HEADERS } from '../lib/look.ts';
import { Furniture } from '../wire/Furniture.tsx';
import { Narration } from '../wire/Narration.tsx';
import { useAside } from '../wire/useAside.ts';
import { FLOOR } from '../wire/useGraph.ts';
import { useWiring } from '../wire/useWiring.ts';
import { Controls, figuresIn } from '../wire/Wire.tsx';
import { Choosing } from './Choosing.tsx';
import { EdgePanel } from './EdgePanel.tsx';
import { FilterBar } from './FilterBar.tsx';
import { hitAt } from './hit.ts';
import { useFloorEngine } from './useFloorEngine.ts';
import { useHands } from './useHands.ts';

/** How far from a line one may press, in pixels: a finger is thick. */
const NEAR_PX = 14;
const FIND_MS = 5_000;

/** The rooms of the services, behind all else. */
const Rooms = memo(function Rooms({ graph }: { graph: FloorGraph }) {
  return graph.services.map(({ service, title, x, y, width, height }) => (
    <g key={service} className="floor-room" data-scenario={service} data-room={service}>
      <rect x={x} y={y} width={width} height={height} rx="14" />
      <text x={title.x} y={title.y + 15}>
        {service}
      </text>
    </g>
  ));
});

/** The hops of a chain, oldest first; none where nobody answers. */
async function chainOf(correlationId: string): Promise<readonly Hop[]> {
  const path = `/_local/journal?correlationId=${encodeURIComponent(correlationId)}`;
  const answer = await fetch(path, { headers: LOOK_HEADERS, signal: AbortSignal.timeout(FIND_MS) });
  return answer.ok ? ((await answer.json()) as Hop[]) : [];
}

/** Marks the edge or the node that is chosen: beside React, which draws the furniture once. */
function useMark(
  stage: { current: HTMLElement | null },
  graph: FloorGraph | undefined,
  kind: string,
  id: string | undefined,
) {
  useEffect(() => {
    if (!graph || id === undefined) return;
    const element = stage.current?.querySelector(`[data-${kind}="${CSS.escape(id)}"]`);
    element?.setAttribute('data-chosen', 'true');
    return () => element?.removeAttribute('data-chosen');
  }, [stage, graph, kind, id]);
}

/** The floor with what went over its edges beside it. */
export function LiveFloor() {
  const { graph: found, state, connect } = useWiring(FLOOR);
  const graph = found === 'none' ? undefined : (found as FloorGraph | undefined);
  const stage = useRef<HTMLDivElement>(null);
  const [service, setService] = useState('');
  const [chain, setChain] = useState('');
  const [edge, setEdge] = useState<FloorEdge>();
  const [node, setNode] = useState<FloorNode>();
  const [said, setSaid] = useState('');
  const wanted = useMemo(() => ({ service, chain }), [service, chain]);
  const playing = useFloorEngine(stage, graph, connect, wanted);
  const { lens, look, replay } = playing;

  const isAside = useCallback(
    (id: string) => service !== '' && graph?.nodes.find((one) => one.id === id)?.service !== service,
    [service, graph],
  );
  useAside(stage, graph, isAside);
  useMark(stage, graph, 'edge', edge?.id);
  useMark(stage, graph, 'node', node?.id);

  const choose = useCallback((next: { edge?: FloorEdge; node?: FloorNode } | undefined) => {
    setEdge(next?.edge);
    setNode(next?.node);
  }, []);
  const chooseEdge = useCallback((next: FloorEdge | undefined) => choose({ ...(next && { edge: next }) }), [choose]);
  const hands = useHands(stage, lens, {
    onMove: look,
    onPress(at) {
      const held = lens.current;
      if (held && graph) choose(hitAt(graph, held.placeAt(at), NEAR_PX / held.scale()));
    },
  });
  const chooseService = (next: string) => {
    setService(next);
    lens.current?.show(
      graph?.services.find((room) => room.service === next),
      performance.now(),
    );
    look();
  };
  const replayChain = useCallback(
    async (correlationId: string) => {
      setChain(correlationId);
      const hops = await chainOf(correlationId).catch(() => []);
      setSaid(
        hops.length === 0
          ? 'The journal has no hop of it any more.'
          : `${hops.length} hops of ${correlationId} again, at a quarter of their speed.`,
      );
      replay(hops);
    },
    [replay],
  );

  return (
    <div className="live">
      <h1 className="visually-hidden">The floor, opened</h1>
      <section className="live-floor" aria-label="The floor" data-state={state}>
        <FilterBar
          rooms={graph?.services ?? []}
          service={service}
          onService={chooseService}
          chain={chain}
          onChain={setChain}
          onReplay={() => replayChain(chain)}
          isReplaying={playing.isReplaying}
          onEnd={playing.endReplay}
        />
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is filled in. */}
        <div
          ref={stage}
          className="wire-net floor-net"
          role="group"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move what is seen of it.
          tabIndex={0}
          aria-label="The floor's drawing: the arrow keys move it, plus and minus zoom, 0 shows all of it"
          {...hands.handlers}
        >
          <svg role="img" aria-label={graph?.title ?? 'Loading'}>
            {graph && <Rooms graph={graph} />}
            {graph && <Furniture graph={graph} />}
          </svg>
          <canvas />
          {found === undefined && <p className="floor-note">Laying out the drawing…</p>}
          {found === 'none' && <p className="floor-note">There is no drawing of the floor.</p>}
          {state === 'lost' && (
            <p className="floor-note">local-aws does not answer. What you see is the last that is known.</p>
          )}
        </div>
        <div className="floor-foot">
          <span className="wire-figures">{state === 'live' && figuresIn(playing.figures, playing.speed)}</span>
          <span className="wire-controls">
            <button type="button" aria-label="Farther" onClick={hands.farther}>
              −
            </button>
            <button type="button" aria-label="Nearer" onClick={hands.nearer}>
              +
            </button>
            <button type="button" onClick={() => chooseService('')}>
              All of it
            </button>
          </span>
          <Controls speed={playing.speed} onSpeed={playing.setSpeed} onStep={playing.step} />
        </div>
        <Narration
          telling={playing.telling}
          idle="Press a line, or choose one at the side, to see what went over it."
        />
        <p className="visually-hidden" role="status">
          {said}
        </p>
      </section>
      <aside className="live-side" aria-label="What went over">
        <Choosing graph={graph} service={service} node={node} edge={edge} onChoose={chooseEdge} />
        {graph && !edge && (
          <p className="soft">
            Press a line, or choose it above: its last messages stand here, to be read, tested against patterns and sent
            again; at a dead-letter queue, to be brought back. A box has its own lines offered.
          </p>
        )}
        {graph && edge && <EdgePanel key={edge.id} graph={graph} edge={edge} chain={chain} onReplay={replayChain} />}
      </aside>
    </div>
  );
}
