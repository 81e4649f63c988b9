import { useCallback, useRef, useState } from 'react';
import { SignIn } from '../account/SignIn.tsx';
import { type UseAccount, useAccount } from '../account/useAccount.ts';
import { Action } from '../cabinet/Action.tsx';
import { BreakIt } from '../cabinet/BreakIt.tsx';
import { Cabinet } from '../cabinet/Cabinet.tsx';
import { Lesson } from '../cabinet/Lesson.tsx';
import { useSpace } from '../lib/useSpace.ts';
import { HopList } from '../wire/HopList.tsx';
import { Wire } from '../wire/Wire.tsx';
import { nearest } from './aim.ts';
import { ballsInSight, inSight, type Seen, undecided } from './known.ts';
import { Shelf } from './Shelf.tsx';
import { fakemon } from './scenario.ts';
import type { Place } from './shapes.ts';
import { speciesOf } from './species.ts';
import { switches } from './switches.ts';
import { labelOf, tell } from './teller.ts';
import { Awaited, useFakemon, useNow } from './useFakemon.ts';
import { WorldMap } from './WorldMap.tsx';
import { meadowLine, unitsWords, verdictWords } from './words.ts';
import './fakemon.css';

const SERVICE = fakemon.id;
const MIDDLE: Place = { x: 500, y: 500 };
/** The map is wider than it is high: so is a distance on it. */
const SHAPE = { width: 1_600, height: 1_000 };

const lessonLinks = [
  {
    label: 'domain/capture.ts',
    load: () => import('../../../../services/fakemon/domain/capture.ts?raw'),
    find: 'await wilds.take(',
  },
  {
    label: 'storage/worldTable.ts',
    load: () => import('../../../../services/fakemon/storage/worldTable.ts?raw'),
    find: "equal('unitsLeft'",
  },
  {
    label: 'resources/rules.yml',
    load: () => import('../../../../services/fakemon/resources/rules.yml?raw'),
    find: 'CollectionRule:',
  },
  {
    label: 'decision: one write',
    load: () => import('../../../../docs/decisions/fakemon-async.md?raw'),
    find: '## One write decides',
  },
];

interface DeckProps {
  target: Seen | undefined;
  onThrow: (target: Seen) => void;
  onSignIn: () => void;
}

/** What the primary action is: to throw, or to let somebody play who does not yet. */
function primaryOf({ player, status, confirmsAtOnce, playAsGuest }: UseAccount, deck: DeckProps) {
  const { target, onThrow, onSignIn } = deck;
  if (status === 'signed-out')
    return confirmsAtOnce
      ? { label: 'Play as a guest', pendingLabel: 'Coming in…', onAct: playAsGuest }
      : { label: 'Sign in', onAct: onSignIn };
  const reason = player ? 'Nobody is in sight.' : 'It is not known yet who plays.';
  const unavailable = status === 'closed' ? 'Nobody can sign in on this stage.' : reason;
  return {
    label: 'Throw',
    unavailable: player && target ? undefined : unavailable,
    onAct: () => target && onThrow(target),
  };
}

/** One action at a time in one place: whoever comes in keeps the keyboard at what is to be pressed next. */
function Deck(props: DeckProps) {
  const { target } = props;
  const deck = useRef<HTMLDivElement>(null);
  useSpace(useCallback(() => deck.current?.querySelector('button')?.click(), []));
  return (
    <div className="action-deck" ref={deck}>
      <Action isPrimary {...primaryOf(useAccount(), props)} />
      <span className="deck-words">
        <strong key={target?.species}>{target && speciesOf(target.species).title}</strong>
        <span>{target && `${unitsWords(target)}, ${speciesOf(target.species).rarity}`}</span>
      </span>
    </div>
  );
}

/** Everybody throws at the same ones, live. */
export function FakemonPage() {
  const { player, idToken } = useAccount();
  const { game, lamp, line, throwAt, decide } = useFakemon({ playerId: player?.id, idToken });
  const nowMs = useNow(game);
  const [place, setPlace] = useState(MIDDLE);
  const [isSigningIn, setSigningIn] = useState(false);
  const seen = inSight(game, nowMs);
  const target = nearest(
    seen.filter(({ isLeaving }) => !isLeaving),
    place,
    SHAPE,
  );
  const aimAndThrow = (one: Seen) => (player ? throwAt(one) : setSigningIn(true));
  const { verdict, species = '' } = game.throws.findLast((one) => one.verdict) ?? {};

  return (
    <>
      <Cabinet
        scenario={fakemon}
        lamp={lamp}
        screen={
          <div className="world">
            <WorldMap
              seen={seen}
              balls={ballsInSight(game, nowMs)}
              aim={{ place, target }}
              aheadMs={game.clock?.aheadMs ?? 0}
              line={meadowLine(game, { nowMs, me: player?.name, inSight: seen.length, isCutOff: line === 'lost' })}
              onAim={({ x, y }) => setPlace({ x, y })}
              onThrow={aimAndThrow}
            />
            <Shelf captures={game.captures} unitsTaken={game.unitsTaken} me={player?.name} />
          </div>
        }
        deck={
          <>
            <Deck target={target} onThrow={aimAndThrow} onSignIn={() => setSigningIn(true)} />
            <BreakIt service={SERVICE} switches={switches} />
          </>
        }
        wire={<Wire service={SERVICE} tell={tell} />}
        rail={
          <>
            <Lesson question="duplicate every event, then throw. Why do you get one, and not two?" links={lessonLinks}>
              However many throw at the last one, one write with a condition decides, and all others learn by how much
              they were late. Who must know of it hears an event, each by a rule of its own. Stop one of them, and the
              others go on: what it missed waits.
            </Lesson>
            <HopList service={SERVICE} labelOf={labelOf} />
          </>
        }
      />
      {isSigningIn && <SignIn why="Who plays can throw." onClose={() => setSigningIn(false)} />}
      {undecided(game).map(({ attemptId, thrownAtMs }) => (
        <Awaited key={attemptId} {...{ attemptId, thrownAtMs, line, idToken }} onVerdict={decide} />
      ))}
      <p className="visually-hidden" role="status">
        {verdict && verdictWords(species, verdict, player?.name).sentence}
      </p>
    </>
  );
}
