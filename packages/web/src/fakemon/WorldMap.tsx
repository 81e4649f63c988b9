import { type CSSProperties, type KeyboardEvent, type PointerEvent, useId, useRef, useState } from 'react';
import { directionOf, type MapSize, nearest, towards } from './aim.ts';
import { Ball } from './Ball.tsx';
import { Creature } from './Creature.tsx';
import type { Seen } from './known.ts';
import { Land } from './Land.tsx';
import type { Place, Throw } from './shapes.ts';
import { sightingWords } from './words.ts';
import './map.css';

/** A finger is not more exact than that, in pixels. */
const REACH_PX = 56;

const at = ({ x, y }: Place) => ({ '--x': x, '--y': y }) as CSSProperties;

interface SightProps {
  id: string;
  seen: Seen;
  isTarget: boolean;
  aheadMs: number;
  /** The latest throw of mine that it dodged; each is seen once. */
  dodged: string | undefined;
}

/** A fakémon, its ring that shrinks with its time, and a pip for each unit. */
function Sight({ id, seen, isTarget, aheadMs, dodged }: SightProps) {
  const { species, units, unitsLeft, appearsAtMs, expiresAtMs, isLeaving } = seen;
  // The ring runs by itself from here: the later it is first drawn, the less of it is left.
  const [drawnAtMs] = useState(Date.now);
  const life = {
    '--life': `${expiresAtMs - appearsAtMs}ms`,
    '--age': `${Math.round(appearsAtMs - aheadMs - drawnAtMs)}ms`,
  } as CSSProperties;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the map has the focus, and says by aria-activedescendant who is meant; who vanishes takes no focus along.
    <div
      id={id}
      className="sight"
      role="option"
      aria-selected={isTarget}
      aria-label={sightingWords(seen)}
      data-leaving={isLeaving}
      data-species={species}
      style={at(seen)}
    >
      <span className="ring" style={life} />
      <span className="body" key={dodged} data-dodges={dodged !== undefined}>
        <Creature species={species} />
      </span>
      <span className="pips">
        {Array.from({ length: units }, (_, unit) => (
          <i key={unit} data-left={unit < unitsLeft} />
        ))}
      </span>
    </div>
  );
}

/** Where one aims. */
export interface Aim {
  place: Place;
  /** Who is aimed at; undefined while nobody is there. */
  target: Seen | undefined;
}

export interface WorldMapProps {
  seen: readonly Seen[];
  balls: readonly Throw[];
  aim: Aim;
  /** How far the service's clock is ahead of this page's, in milliseconds. */
  aheadMs: number;
  /** What stands over the map. */
  line: string;
  onAim: (place: Place) => void;
  onThrow: (target: Seen) => void;
}

/** The world: one place of the keyboard's, in which arrows lead from one to the next and Enter throws. */
export function WorldMap({ seen, balls, aim, aheadMs, line, onAim, onThrow }: WorldMapProps) {
  const id = useId();
  const ground = useRef<HTMLDivElement>(null);
  const [isPointed, setPointed] = useState(false);
  const [free, setFree] = useState<Place>();
  const there = seen.filter(({ isLeaving }) => !isLeaving);
  // Words of more than one would lie over each other.
  const latest = balls.findLast(({ verdict }) => verdict);
  const idOf = ({ fakemonId }: Seen) => `${id}${fakemonId}`;

  /** Where a pointer is on the map, and how big that is. */
  const pointed = ({ clientX, clientY }: PointerEvent | React.MouseEvent): { place: Place; size: MapSize } => {
    const { left, top, width, height } = ground.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
    const within = (part: number) => Math.min(1_000, Math.max(0, Math.round(part * 1_000)));
    return {
      place: { x: within((clientX - left) / width), y: within((clientY - top) / height) },
      size: { width, height },
    };
  };
  const onPointerMove = (event: PointerEvent) => {
    const { place, size } = pointed(event);
    const close = nearest(there, place, size, REACH_PX);
    setPointed(true);
    setFree(close ? undefined : place);
    onAim(close ?? place);
  };
  const onClick = (event: React.MouseEvent) => {
    const { place, size } = pointed(event);
    const close = nearest(there, place, size, REACH_PX);
    onAim(close ?? place);
    if (close) onThrow(close);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = directionOf(event.key);
    const isThrow = event.key === 'Enter' || event.key === ' ';
    if ((!direction && !isThrow) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    setFree(undefined);
    if (direction) {
      const next = towards(there, aim.target ?? aim.place, direction);
      if (next) onAim(next);
    } else if (aim.target && !event.repeat) onThrow(aim.target);
  };

  return (
    <div className="meadow">
      <Land />
      <p className="meadow-line">
        <span key={line}>{line}</span>
      </p>
      <div
        className="sights"
        role="listbox"
        tabIndex={0}
        aria-label="Fakémon in sight: arrows aim, Enter throws"
        aria-activedescendant={aim.target && idOf(aim.target)}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={() => {
          setPointed(false);
          setFree(undefined);
        }}
        onClick={onClick}
      >
        <div className="ground" ref={ground}>
          {seen.map((one) => (
            <Sight
              key={one.fakemonId}
              id={idOf(one)}
              seen={one}
              isTarget={one.fakemonId === aim.target?.fakemonId}
              aheadMs={aheadMs}
              dodged={
                balls.findLast(({ fakemonId, verdict }) => fakemonId === one.fakemonId && verdict?.outcome === 'dodged')
                  ?.attemptId
              }
            />
          ))}
        </div>
      </div>
      <div className="ground over" aria-hidden="true">
        {balls.map((ball) => (
          <Ball key={ball.attemptId} ball={ball} isTold={ball === latest} />
        ))}
        <span
          className="reticle"
          data-locked={free === undefined && aim.target !== undefined}
          data-pointed={isPointed}
          style={at(free ?? aim.target ?? aim.place)}
        />
      </div>
    </div>
  );
}
