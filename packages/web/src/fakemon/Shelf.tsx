import { useState } from 'react';
import { Time } from '../ui/Time.tsx';
import { Creature } from './Creature.tsx';
import { countsIn } from './known.ts';
import type { Capture } from './shapes.ts';
import { SPECIES, speciesOf } from './species.ts';
import { useRanking } from './useFakemon.ts';
import './shelf.css';

/** As many places has the ranking, and as many of the newest are shown. */
const PLACES = 10;
const NEWEST = 8;

/** What is mine: how many of each species, and the newest first. */
function Collection({ captures }: { captures: readonly Capture[] | undefined }) {
  const counts = countsIn(captures);
  const newest = captures?.slice(0, NEWEST) ?? [];
  const [latest] = newest;
  return (
    <section className="collection" aria-labelledby="collection-title">
      <header>
        <h2 id="collection-title">
          Collection <span className="shelf-count">{captures?.length}</span>
        </h2>
        <span className="newest-line">
          {/* The service's clock may be ahead of this one. */}
          {latest && (
            <Time key={latest.attemptId} at={new Date(Math.min(latest.capturedAtMs, Date.now())).toISOString()} />
          )}
        </span>
      </header>
      <ul className="dex">
        {SPECIES.map(({ id, title }) => {
          const count = counts.get(id) ?? 0;
          return (
            <li key={id} data-caught={count > 0} title={count > 0 ? title : `${title}: none yet`}>
              <Creature species={id} />
              <span className="visually-hidden">{title}: </span>
              <span className="dex-count">{count}</span>
            </li>
          );
        })}
      </ul>
      <ol className="newest" aria-label="The newest first">
        {/* Each place stays where it is; who stands there changes. */}
        {newest.map(({ species }, place) => (
          <li key={place} title={speciesOf(species).title}>
            <Creature species={species} />
            <span className="visually-hidden">{speciesOf(species).title}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Who has most, of all or of one species. */
function Ranking({ me, unitsTaken }: { me: string | undefined; unitsTaken: number }) {
  const [species, setSpecies] = useState('');
  const ranking = useRanking(species || undefined, unitsTaken);
  return (
    <section className="ranking" aria-labelledby="ranking-title">
      <header>
        <h2 id="ranking-title">Ranking</h2>
        <select
          className="field"
          aria-label="Ranking of"
          value={species}
          onChange={({ target }) => setSpecies(target.value)}
        >
          <option value="">all species</option>
          {SPECIES.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <ol tabIndex={0}>
        {Array.from({ length: PLACES }, (_, place) => {
          const ranked = ranking?.[place];
          return (
            // A place stays where it is, whoever has it.
            <li key={place} data-me={ranked !== undefined && ranked.name === me} aria-hidden={ranked === undefined}>
              <span className="rank">{place + 1}</span>
              <span className="ranked-name" key={ranked?.name}>
                {ranked?.name}
              </span>
              <span className="ranked-count">{ranked?.captures}</span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

export interface ShelfProps {
  captures: readonly Capture[] | undefined;
  unitsTaken: number;
  /** The name of whoever plays. */
  me: string | undefined;
}

/** What one has, and what others have, beside the map. */
export function Shelf({ captures, unitsTaken, me }: ShelfProps) {
  return (
    <div className="shelf">
      <Collection captures={captures} />
      <Ranking me={me} unitsTaken={unitsTaken} />
    </div>
  );
}
