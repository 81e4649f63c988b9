import { type ReactNode, useId } from 'react';
import { lastSeen } from '../lib/freshness.ts';
import { isLocal, useStage } from '../lib/stage.ts';
import type { Scenario } from '../scenarios.ts';
import { CopyCommand } from './CopyCommand.tsx';
import './cabinet.css';

/** How fresh is what the screen shows. `usePolling` gives it. */
export type Lamp =
  /** Nothing has been heard yet: the furniture without the players. */
  | { state: 'waiting' }
  | { state: 'live' }
  /** No answer for three seconds: what is shown is that old. */
  | { state: 'stale'; lastSeenMs: number }
  /** Nobody answers, and nothing is known. */
  | { state: 'dead' };

/** What a cabinet is put together from. */
export interface CabinetProps {
  scenario: Pick<Scenario, 'id' | 'title' | 'pattern'>;
  lamp: Lamp;
  /** The game itself, on the dark glass. */
  screen: ReactNode;
  /** One primary action and what else is pressed. On a phone it stays at the bottom. */
  deck: ReactNode;
  /** The wiring below: `<Wire>`. */
  wire: ReactNode;
  /** Beside it: `<Lesson>`, `<HopList>`. */
  rail: ReactNode;
}

/** What the lamp says, in capitals where it is a state; of a laptop also that it is one. */
function wordsOf(lamp: Lamp, stage: string | undefined): string {
  switch (lamp.state) {
    case 'waiting':
      return 'WAITING';
    case 'live':
      return stage === undefined ? 'LIVE' : `LIVE · ${stage}`;
    case 'stale':
      return lastSeen(lamp.lastSeenMs);
    case 'dead':
      return 'NO SERVICE';
  }
}

/** The light in the marquee. Its words change by the second and are not announced; that it turns is. */
function LampLight({ title, lamp }: { title: string; lamp: Lamp }) {
  const stage = useStage();
  const announced = {
    waiting: '',
    live: '',
    stale: `${title} does not answer. What you see is the last that is known.`,
    dead: `${title} does not answer.`,
  }[lamp.state];
  return (
    <>
      <span className="lamp" data-state={lamp.state}>
        {wordsOf(lamp, typeof stage === 'object' ? stage.stage : undefined)}
      </span>
      <span className="visually-hidden" role="status">
        {announced}
      </span>
    </>
  );
}

/** What stands on the screen where nobody answers, with what starts it on a laptop. The page goes on asking. */
function InsertService({ title }: { title: string }) {
  const canStart = isLocal(useStage());
  return (
    <div className="insert-service">
      <strong>Insert service</strong>
      <p>
        Nobody answers for {title}. {canStart && 'This starts the arcade, and this page finds it by itself:'}
        {!canStart && 'This page finds it by itself when somebody does.'}
      </p>
      {canStart && <CopyCommand command="npm start" />}
    </div>
  );
}

/** An arcade machine whose side panel is glass: the game in front, the wiring below. */
export function Cabinet({ scenario, lamp, screen, deck, wire, rail }: CabinetProps) {
  const titleId = useId();
  return (
    <div className="cabinet-room" data-scenario={scenario.id}>
      <section className="cabinet" data-lamp={lamp.state} aria-labelledby={titleId}>
        <header className="marquee">
          <h1 id={titleId}>{scenario.title}</h1>
          <p title={scenario.pattern}>{scenario.pattern}</p>
          <LampLight title={scenario.title} lamp={lamp} />
        </header>
        <div className="screen">
          <div className="game" inert={lamp.state === 'dead'}>
            {screen}
          </div>
          {lamp.state === 'dead' && <InsertService title={scenario.title} />}
        </div>
        <div className="deck">{deck}</div>
        {wire}
      </section>
      <div className="rail">{rail}</div>
    </div>
  );
}
