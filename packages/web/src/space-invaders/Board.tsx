import type { Row } from './service.ts';
import './board.css';

const PLACES = 10;

export interface BoardProps {
  rows: readonly Row[] | undefined;
  /** The name of whoever plays. */
  me: string | undefined;
}

/** The first ten. A place stays where it is, whoever has it. */
export function Board({ rows, me }: BoardProps) {
  return (
    <section className="top-ten" aria-labelledby="top-ten-title">
      <h2 id="top-ten-title">Top ten</h2>
      <ol>
        {Array.from({ length: PLACES }, (_, place) => {
          const row = rows?.[place];
          return (
            <li key={place} data-me={row !== undefined && row.name === me} aria-hidden={row === undefined}>
              <span className="place">{place + 1}</span>
              <span className="who" key={row?.name} title={row?.name}>
                {row?.name}
                {row?.isBot && <small> bot</small>}
              </span>
              <span className="lives" title={row && `${row.lives} lives, level ${row.level}`}>
                {row && '▲'.repeat(row.lives)}
              </span>
              <span className="points">{row?.score.toLocaleString('en')}</span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
