import { type CSSProperties, useId } from 'react';
import type { Bulb } from './home.ts';
import { Interior } from './Interior.tsx';
import { DRAWING, onFloor, project, ROOM } from './iso.ts';
import { KINDS } from './kinds.ts';
import { type Lamp, lampsOf } from './lamps.ts';
import { shownOf, stateWords } from './looks.ts';
import { shortName, titleOfBulb } from './words.ts';
import './room.css';

/** The least that a bulb gives which is on at all. */
const FAINT = 0.3;
const strengthOf = (light: number) => (light === 0 ? 0 : FAINT + ((1 - FAINT) * light) / 100);

/** Light on the floor and around the lamp: where the room is seen. */
function Pool({ lamp, light, fill }: { lamp: Lamp; light: number; fill: string }) {
  const below = project({ ...lamp, z: 0 });
  const head = project(lamp);
  const { rx, ry } = onFloor(lamp.reach);
  return (
    <g className="pool" style={{ opacity: strengthOf(light) }}>
      <ellipse cx={below.x} cy={below.y} rx={rx} ry={ry * 1.15} fill={fill} />
      <ellipse cx={head.x} cy={head.y} rx={rx * 0.62} ry={rx * 0.5} fill={fill} />
    </g>
  );
}

const SHADES: Readonly<Record<Lamp['fixture'], string>> = {
  pendant: 'M-9 3Q-8 -6 0 -6T9 3Z',
  floor: 'M-5 -7H5L9 4H-9Z',
  table: 'M-4.5 -6H4.5L8 4H-8Z',
  wall: 'M-7 -3H7L4.5 4H-4.5Z',
};

/** The lamp itself: its shade, and what it hangs from or stands on. */
function Fixture({ lamp, fill, ...data }: { lamp: Lamp; fill: string; light: number; look: string }) {
  const head = project(lamp);
  const hangs = lamp.fixture === 'pendant';
  const end = project({ ...lamp, z: hangs ? ROOM.z : lamp.fixture === 'floor' ? 0 : lamp.z - 0.45 });
  return (
    <g className="fixture" data-look={data.look} style={{ '--light': strengthOf(data.light) } as CSSProperties}>
      {lamp.fixture !== 'wall' && <line className="stem" x1={head.x} y1={head.y} x2={end.x} y2={end.y} />}
      {lamp.fixture === 'floor' && <ellipse className="foot" cx={end.x} cy={end.y} rx="7" ry="3.2" />}
      <circle className="halo" cx={head.x} cy={head.y + 2} r="27" fill={fill} />
      <path className="shade" d={SHADES[lamp.fixture]} transform={`translate(${head.x} ${head.y})`} />
      <circle className="bulb" cx={head.x} cy={head.y + 4.5} r="2.6" />
    </g>
  );
}

interface BulbButtonProps {
  bulb: Bulb;
  lamp: Lamp;
  isDimmed: boolean;
  onSwitch: () => void;
}

/** What a hand reaches: a switch with the bulb's name, its kind, and what Alexa believes where that is wrong. */
function BulbButton({ bulb, lamp, isDimmed, onSwitch }: BulbButtonProps) {
  const { name, api, state, reachable } = bulb;
  const { look, doubt } = shownOf(bulb);
  const head = project(lamp);
  const kind = KINDS.find((one) => one.kind === api);
  const words = [
    titleOfBulb(bulb),
    kind?.title,
    reachable ? stateWords(state) : `${stateWords(state)}, unplugged`,
    doubt,
  ];
  const place = { '--x': `${(100 * head.x) / DRAWING.width}%`, '--y': `${(100 * head.y) / DRAWING.height}%` };
  return (
    <button
      type="button"
      className="bulb-switch"
      aria-pressed={state.power === 'ON'}
      aria-label={`${words.filter(Boolean).join('; ')}. Switch by hand`}
      data-device={bulb.deviceId}
      data-look={look}
      data-kind={api}
      data-dimmed={isDimmed}
      data-unplugged={!reachable}
      data-side={lamp.side}
      style={place as CSSProperties}
      onClick={onSwitch}
    >
      <span className="bulb-name">
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d={reachable ? kind?.mark : 'M3 3l10 10M13 3 3 13'} />
        </svg>
        {shortName(name)}
      </span>
      <span className="bulb-doubt">{reachable ? (doubt ?? '') : 'unplugged'}</span>
    </button>
  );
}

export interface RoomProps {
  bulbs: readonly Bulb[];
  /** Bulbs of another kind than this one stand back; undefined: none does. */
  kind: Bulb['api'] | undefined;
  /** Ids of the bulbs that blush. */
  blushing: ReadonlySet<string>;
  onSwitch: (bulb: Bulb) => void;
}

/** A room by night, seen by the light of its bulbs. */
export function Room({ bulbs, kind, blushing, onSwitch }: RoomProps) {
  const id = useId();
  const lamps = lampsOf(bulbs);
  const shown = bulbs.flatMap((bulb) => {
    const lamp = lamps.get(bulb.deviceId);
    return lamp ? [{ bulb, lamp, ...shownOf(bulb) }] : [];
  });
  return (
    <div className="room">
      <div className="room-stage">
        <svg viewBox={`0 0 ${DRAWING.width} ${DRAWING.height}`} aria-hidden="true">
          <defs>
            <radialGradient id={`${id}pool`}>
              <stop offset="0" stopColor="#fff" stopOpacity="0.95" />
              <stop offset="0.45" stopColor="#fff" stopOpacity="0.5" />
              <stop offset="1" stopColor="#fff" stopOpacity="0" />
            </radialGradient>
            <radialGradient id={`${id}halo`}>
              <stop offset="0" stopColor="currentColor" stopOpacity="0.75" />
              <stop offset="0.35" stopColor="currentColor" stopOpacity="0.25" />
              <stop offset="1" stopColor="currentColor" stopOpacity="0" />
            </radialGradient>
            <mask id={`${id}light`} maskUnits="userSpaceOnUse" x="0" y="0" {...DRAWING}>
              {shown.map(({ bulb, lamp, light }) => (
                <Pool key={bulb.deviceId} lamp={lamp} light={light} fill={`url(#${id}pool)`} />
              ))}
            </mask>
          </defs>
          <g className="interior" data-light="night">
            <Interior />
          </g>
          <g className="interior" data-light="lit" mask={`url(#${id}light)`}>
            <Interior />
          </g>
          {shown.map(({ bulb, lamp, light, look }) => (
            <Fixture
              key={bulb.deviceId}
              lamp={lamp}
              light={light}
              look={blushing.has(bulb.deviceId) ? 'blushing' : look}
              fill={`url(#${id}halo)`}
            />
          ))}
        </svg>
        {shown.map(({ bulb, lamp }) => (
          <BulbButton
            key={bulb.deviceId}
            bulb={bulb}
            lamp={lamp}
            isDimmed={kind !== undefined && kind !== bulb.api}
            onSwitch={() => onSwitch(bulb)}
          />
        ))}
      </div>
    </div>
  );
}
