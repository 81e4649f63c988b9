import type { FloorGraph } from '@arcade/networks/wire/graph';
import type { EdgeFigures } from './tally.ts';

const ms = (medianMs: number | undefined): string =>
  medianMs === undefined
    ? '–'
    : `${medianMs < 10 ? medianMs.toFixed(1) : Math.round(medianMs).toLocaleString('en')} ms`;

/** What went wrong on an edge, in words; empty where nothing did. */
const troubleOf = ({ failed, dead }: Pick<EdgeFigures, 'failed' | 'dead'>): string =>
  [failed > 0 ? `${failed} failed` : '', dead > 0 ? `${dead} dead ${dead === 1 ? 'letter' : 'letters'}` : '']
    .filter(Boolean)
    .join(', ');

interface ReadingProps {
  graph: FloorGraph | undefined;
  /** The edge that is pointed at. */
  edge: string | undefined;
  /** Of that edge, or of the one that something went over last. */
  figures: EdgeFigures | undefined;
}

/** The figures of one edge, in a line. */
export function Reading({ graph, edge, figures }: ReadingProps) {
  const ends = figures ?? graph?.edges.find(({ id }) => id === edge);
  if (!ends) return <span className="floor-reading" />;
  const trouble = figures ? troubleOf(figures) : '';
  return (
    <span className="floor-reading" data-pointed={edge !== undefined}>
      {`${ends.from} → ${ends.to}`}
      <b>{figures ? ` ×${figures.count.toLocaleString('en')} · ${ms(figures.medianMs)}` : ' nothing yet'}</b>
      {trouble && <em> {trouble}</em>}
    </span>
  );
}

/** The busiest edges, for whoever cannot point at one, or wants to compare. */
export function EdgeTable({ busiest }: { busiest: readonly EdgeFigures[] }) {
  return (
    <details className="floor-table">
      <summary>The busiest wires in figures</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls and holds nothing to focus must be reached by the keyboard. */}
      <section tabIndex={0} aria-label="The busiest wires">
        <table>
          <thead>
            <tr>
              <th scope="col">from</th>
              <th scope="col">to</th>
              <th scope="col">messages</th>
              <th scope="col">takes</th>
              <th scope="col">trouble</th>
            </tr>
          </thead>
          <tbody>
            {busiest.map((figures, slot) => (
              <tr key={slot}>
                <td>{figures.from}</td>
                <td>{figures.to}</td>
                <td>{figures.count.toLocaleString('en')}</td>
                <td>{ms(figures.medianMs)}</td>
                <td data-bad={troubleOf(figures) !== ''}>{troubleOf(figures) || 'none'}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {busiest.length === 0 && <p className="soft small">Nothing has happened since this page was opened.</p>}
      </section>
    </details>
  );
}
