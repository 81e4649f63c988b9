import type { ReactNode } from 'react';
import type { Scenario } from '../scenarios.ts';

/** How fresh is what the screen shows. */
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

/** An arcade machine whose side panel is glass: the game in front, the wiring below. */
export function Cabinet({ scenario, lamp, screen, deck, wire, rail }: CabinetProps) {
  return (
    <div className="cabinet-room">
      <section className="cabinet" data-lamp={lamp.state} aria-labelledby="marquee">
        <header className="marquee">
          <h1 id="marquee">{scenario.title}</h1>
          <p>{scenario.pattern}</p>
          <span className="lamp">{lamp.state}</span>
        </header>
        <div className="screen">{screen}</div>
        <div className="deck">{deck}</div>
        {wire}
      </section>
      <aside className="rail">{rail}</aside>
    </div>
  );
}
