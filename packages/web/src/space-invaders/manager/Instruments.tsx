import type { ReactNode } from 'react';
import type { Age } from './age.ts';
import type { Sight } from './watch.ts';
import { ageParts, noAgeWords, rateWords, seconds, shardWords } from './words.ts';
import './instruments.css';

function Instrument({ label, value, children }: { label: string; value: ReactNode; children?: ReactNode }) {
  return (
    <div className="instrument">
      <dt>{label}</dt>
      <dd>
        <strong>{value}</strong>
        {children}
      </dd>
    </div>
  );
}

/** Where the time goes between a shot and the board, as lengths of one bar. */
function AgeBar({ age }: { age: Age }) {
  return (
    <span className="age-bar" aria-hidden="true">
      {ageParts(age).map(({ name, ms }) => (
        <span key={name} data-part={name} style={{ flexGrow: Math.max(ms, 1) }} />
      ))}
    </span>
  );
}

/** "stream 20 ms + batch 0.6 s + poll 1.0 s + table 10 ms". */
export function AgeSum({ age }: { age: Age }) {
  const parts = ageParts(age);
  return (
    <span className="age-sum">
      {parts.map(({ name, ms }, index) => (
        <span key={name}>
          <i data-part={name} />
          {name} {seconds(ms)}
          {index < parts.length - 1 && ' + '}
        </span>
      ))}
    </span>
  );
}

/** As many lanes are drawn as there is room for. */
const LANES = 4;

/** Each shard that takes records, and how near it is to the thousand a second that it takes. */
function Lanes({ rates, openShards }: { rates: ReadonlyMap<string, number>; openShards: number }) {
  const lanes = [...rates].toSorted(([, one], [, other]) => other - one).slice(0, LANES);
  return (
    <ul className="lanes">
      {Array.from({ length: Math.min(LANES, Math.max(1, openShards)) }, (_, index) => {
        const [shardId, rate = 0] = lanes[index] ?? [];
        return (
          // A lane stays where it is, whichever shard has it.
          <li key={index}>
            <span>{shardId === undefined ? 'quiet' : shardWords(shardId)}</span>
            <meter
              min={0}
              max={1_000}
              high={800}
              value={Math.min(1_000, rate)}
              aria-label={shardId === undefined ? 'a quiet shard' : `${shardWords(shardId)}, of 1,000 records a second`}
            />
            <span>{Math.round(rate)}/s</span>
          </li>
        );
      })}
    </ul>
  );
}

/** What a manager reads off: seats taken, records, the age of the board, shards. Each keeps its place, also while nothing is known. */
export function Instruments({
  sight,
  seats,
  isPast,
  children,
}: {
  sight: Sight | undefined;
  /** Of the session that is open; undefined while none is. */
  seats: number | undefined;
  /** The board that is shown is not the newest session's. */
  isPast: boolean;
  children?: ReactNode;
}) {
  const { stream, taken } = sight ?? {};
  const age = isPast ? undefined : sight?.age;
  return (
    <div className="instruments">
      <dl>
        <Instrument label="Seats taken" value={(seats !== undefined && taken?.toLocaleString('en')) || '–'}>
          {seats !== undefined && <span> of {seats.toLocaleString('en')}</span>}
        </Instrument>
        <Instrument label="Records/s" value={stream ? rateWords(stream.rates) : '–'}>
          {stream?.isOld && <span> a while ago</span>}
        </Instrument>
        <Instrument label="Age of the board" value={age ? seconds(age.totalMs) : '–'}>
          <span className="age-place">
            {age ? (
              <>
                <AgeBar age={age} />
                <AgeSum age={age} />
              </>
            ) : (
              noAgeWords({ isPast, isOpen: seats !== undefined })
            )}
          </span>
        </Instrument>
        <Instrument label="Shards" value={stream && stream.openShards > 0 ? stream.openShards : '–'}>
          <Lanes rates={stream?.rates ?? new Map()} openShards={stream?.openShards ?? 1} />
        </Instrument>
      </dl>
      {children}
    </div>
  );
}
