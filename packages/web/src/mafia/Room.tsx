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

/** A room that turns night and day, with one lamp, seats around it, and strings from who accuses to whom. */
export function Room({ game, chosen, onChoose, onDecide, children }: RoomProps) {
  const middle = useRef<HTMLDivElement>(null);
  const phase = game ? phaseOf(game) : 'night';
  const latest = game?.story.at(-1);
  const left = game && mafiaLeft(game);
  const living = game?.players.filter(isLiving).length;
  return (
    <div className="room" data-phase={phase} data-crowd={crowdOf(game?.players.length ?? 0)}>
      <div className="room-window" aria-hidden="true" />
      <div className="room-scores">
        <Score
          label={PHASE_NAME[phase]}
          value={game && (game.outcome ? game.turnsPlayed : roundOf(game.turnsPlayed))}
        />
        <Score label="mafia at the table" value={game && `${left}/${living}`} side="right" />
      </div>
      <div className="lamp-light" aria-hidden="true" />
      <div className="telling" ref={middle}>
        <h2>{game ? promptFor(game) : 'The table is being laid…'}</h2>
        <p role="status">{game && (tellEnd(game) ?? (latest && tell(latest, game)))}</p>
      </div>
      {game && <Ring game={game} chosen={chosen} onChoose={onChoose} onDecide={onDecide} middle={middle} />}
      {children}
    </div>
  );
}

/** How much room a table needs on a phone. */
const crowdOf = (players: number) => (players > 16 ? 'large' : players > 8 ? 'medium' : 'small');
