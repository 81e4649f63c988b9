import { DISCIPLINES, type Lobby } from './lobby.ts';
import { RECORDS } from './words.ts';

/** The records: a row each, whether there is one or not. */
export function HallOfFame({ records }: Pick<Lobby, 'records'>) {
  return (
    <section className="card fame" aria-labelledby="fame">
      <h2 id="fame">Hall of fame</h2>
      <dl>
        {DISCIPLINES.map((discipline) => {
          const [{ title, cabinet, one, many }, fame] = [RECORDS[discipline], records[discipline]];
          return (
            <div key={discipline} data-scenario={cabinet}>
              <dt>{title}</dt>
              <dd>
                {/* Made anew with each record, so that it lights up. */}
                <span key={fame?.value} className="fame-value">
                  {fame ? fame.value.toLocaleString('en') : '–'}
                  <span> {fame?.value === 1 ? one : many}</span>
                </span>
                <span className="fame-holder" title={fame?.holder}>
                  {fame?.holder ?? 'nobody yet'}
                </span>
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
