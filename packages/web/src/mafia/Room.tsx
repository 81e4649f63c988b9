import { type KeyboardEvent, type ReactNode, type RefObject, useRef } from 'react';
import { Score, Seat, type SeatProps } from '../cabinet/parts.tsx';
import { type Game, isLiving, mafiaLeft, type Phase, type PlayerCard, phaseOf, roleOf, roundOf } from './gameView.ts';
import { Strings } from './Strings.tsx';
import { openAccusations, promptFor, tell, tellEnd } from './story.ts';
import { useSeating } from './useSeating.ts';
import './room.css';
import './ring.css';

const PHASE_NAME: Record<Phase, string> = {
  night: 'Night',
  day: 'Day',
  judgement: 'Judgement',
  'mafia-won': 'turns',
  'innocents-won': 'turns',
};

const FATE: Record<PlayerCard['identity'], string> = {
  Uncovered: '',
  'Killed by mafia': 'killed',
  'Correctly sentenced': 'mafia, caught',
  'Incorrectly sentenced': 'innocent, out',
};

const MAFIA_LEFT = 'mafia at the table';

/** How a player's seat looks, and what stands under the name. */
function seatOf(player: PlayerCard, outcome: Game['outcome'], isChosen: boolean): Omit<SeatProps, 'name'> {
  if (!isLiving(player)) return { look: 'out', fate: FATE[player.identity] };
  const role = roleOf(player, outcome);
  if (role) return { look: 'unmasked', fate: role };
  return isChosen ? { look: 'chosen' } : { look: 'masked' };
}

interface RoomProps {
  /** Undefined: the furniture without the players. */
  game: Game | undefined;
  /** At whom one looks: at judgement, whom one means to sentence. */
  chosen: string | undefined;
  onChoose: (name: string) => void;
  /** Enter on a seat. */
  onDecide: () => void;
  /** What lies over the table: a slip with an answer. */
  children?: ReactNode;
}

interface RingProps extends Pick<RoomProps, 'chosen' | 'onChoose' | 'onDecide'> {
  game: Game;
  /** What they sit around. */
  middle: RefObject<HTMLElement | null>;
}

/** The players around the lamp. One may look at each of them at any time, so that no turn takes a seat from under the keyboard. */
function Ring({ game, chosen, onChoose, onDecide, middle }: RingProps) {
  const { players, outcome } = game;
  const [ref, seating] = useSeating<HTMLDivElement>(players.length, middle);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    onDecide();
  };
  const placeOf = new Map(players.map(({ name }, index) => [name, seating.places[index] ?? { x: 0, y: 0 }]));
  return (
    <fieldset className="ring" data-size={seating.size} onKeyDown={onKeyDown}>
      <legend className="visually-hidden">The table: at whom do you look?</legend>
      <div className="ring-room" ref={ref}>
        <Strings
          accusations={openAccusations(game)}
          placeOf={placeOf}
          chosen={chosen}
          turn={game.turnsPlayed}
          room={seating}
        />
        {players.map((player) => {
          const { name } = player;
          const place = placeOf.get(name);
          return (
            <label
              key={name}
              className="chair"
              data-role={roleOf(player, outcome)}
              title={name}
              style={{ left: `${place?.x}rem`, top: `${place?.y}rem` }}
            >
              <input
                className="visually-hidden"
                type="radio"
                name="looked-at"
                value={name}
                checked={chosen === name}
                onChange={() => onChoose(name)}
              />
              <Seat name={name} {...seatOf(player, outcome, chosen === name)} />
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}

interface WallsProps {
  phase: Phase;
  crowd: 'small' | 'medium' | 'large';
  /** What stands on the wall: left and right. */
  scores: [left: ScoreProps, right: ScoreProps];
  /** What is due, and below it what has happened. */
  prompt: string;
  says: ReactNode;
  /** Takes what stands in the middle. */
  middle: RefObject<HTMLDivElement | null>;
  children?: ReactNode;
}

interface ScoreProps {
  label: string;
  value: ReactNode;
}

function Walls({ phase, crowd, scores: [left, right], prompt, says, middle, children }: WallsProps) {
  return (
    <div className="room" data-phase={phase} data-crowd={crowd}>
      <div className="room-window" aria-hidden="true" />
      <div className="room-scores">
        <Score {...left} />
        <Score {...right} side="right" />
      </div>
      <div className="lamp-light" aria-hidden="true" />
      <div className="telling" ref={middle}>
        <h2>{prompt}</h2>
        <p role="status">{says}</p>
      </div>
      {children}
    </div>
  );
}

/** A room that turns night and day, with one lamp, seats around it, and strings from who accuses to whom. */
export function Room({ game, chosen, onChoose, onDecide, children }: RoomProps) {
  const middle = useRef<HTMLDivElement>(null);
  const phase = game ? phaseOf(game) : 'night';
  const latest = game?.story.at(-1);
  const left = game && mafiaLeft(game);
  const living = game?.players.filter(isLiving).length;
  return (
    <Walls
      phase={phase}
      crowd={crowdOf(game?.players.length ?? 0)}
      scores={[
        { label: PHASE_NAME[phase], value: game && (game.outcome ? game.turnsPlayed : roundOf(game.turnsPlayed)) },
        { label: MAFIA_LEFT, value: game && `${left}/${living}` },
      ]}
      prompt={game ? promptFor(game) : 'The table is being laid…'}
      says={game && (tellEnd(game) ?? (latest && tell(latest, game)))}
      middle={middle}
    >
      {game && <Ring game={game} chosen={chosen} onChoose={onChoose} onDecide={onDecide} middle={middle} />}
      {children}
    </Walls>
  );
}

/** The room before anybody has come: so many seats, all alike. `mafia`: undefined while the numbers cannot be played. */
export function EmptyRoom({ seats, mafia }: { seats: number; mafia: number | undefined }) {
  const middle = useRef<HTMLDivElement>(null);
  const [ref, seating] = useSeating<HTMLDivElement>(seats, middle);
  // Another table has other chairs: none is pushed around.
  const chairs = Array.from({ length: seats }, (_, index) => `${index + 1} of ${seats}`);
  return (
    <Walls
      phase="night"
      crowd="medium"
      scores={[
        { label: 'seats', value: seats },
        { label: MAFIA_LEFT, value: mafia === undefined ? '–' : `${mafia}/${seats}` },
      ]}
      prompt={mafia === undefined ? 'Who will sit down?' : `A table for ${seats}.`}
      says={
        mafia !== undefined &&
        `${mafia === 1 ? 'One of them' : `${mafia} of them`} will be mafia, and nobody will look it.`
      }
      middle={middle}
    >
      <div className="ring" data-size={seating.size} data-empty="true" aria-hidden="true">
        <div className="ring-room" ref={ref}>
          {chairs.map((chair, index) => (
            <div
              key={chair}
              className="chair"
              style={{ left: `${seating.places[index]?.x}rem`, top: `${seating.places[index]?.y}rem` }}
            >
              <Seat name="" look="masked" />
            </div>
          ))}
        </div>
      </div>
    </Walls>
  );
}

/** How much room a table needs on a phone. */
const crowdOf = (players: number) => (players > 16 ? 'large' : players > 8 ? 'medium' : 'small');
