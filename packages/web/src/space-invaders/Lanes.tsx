import { memo } from 'react';
import type { Lanes } from './lanes.ts';
import './lanes.css';

/** Records that are drawn one by one; more are a number. */
const SLOTS = 24;

/** "shard 0" of `shardId-000000000000`. */
const nameOf = (id: string) => (id === '' ? 'stream' : `shard ${Number(id.replace(/\D/g, ''))}`);

/** Where records lie that wait: they fill up, and are taken out at once, as a batch. */
export const LanesView = memo(function LanesView({ lanes, total }: { lanes: Lanes; total: number }) {
  return (
    <section className="lanes" aria-label="What waits in the stream">
      {lanes.map(({ id, waiting, mine, batches, size, mineOfBatch }) => (
        <p key={id} className="lane">
          <span className="lane-name">{nameOf(id)}</span>
          <span className="lane-track" aria-hidden="true">
            {Array.from({ length: SLOTS }, (_, slot) => {
              // Mine are drawn first, however many others' there are.
              const look = slot < mine ? 'mine' : slot < waiting ? 'other' : 'free';
              return <i key={slot} data-look={look} />;
            })}
            <b
              key={batches}
              data-size={Math.min(size, SLOTS)}
              style={{ inlineSize: `${(Math.min(size, SLOTS) / SLOTS) * 100}%` }}
              data-mine={mineOfBatch > 0}
            />
          </span>
          <span className="lane-count">
            {batches === 0 ? `${waiting} wait` : `batch of ${size.toLocaleString('en')}`}
          </span>
        </p>
      ))}
      <p className="visually-hidden">{total} of your statuses have arrived in the stream.</p>
    </section>
  );
});
