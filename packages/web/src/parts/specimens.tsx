import { useState } from 'react';
import { Action } from '../cabinet/Action.tsx';
import { BreakItPanel, type FaultSwitch } from '../cabinet/BreakIt.tsx';
import { Cabinet, type Lamp } from '../cabinet/Cabinet.tsx';
import { Lesson } from '../cabinet/Lesson.tsx';
import { Clock, type Family, PatternChip, Score, Seat } from '../cabinet/parts.tsx';
import { Creature } from '../fakemon/Creature.tsx';
import { SPECIES } from '../fakemon/species.ts';
import { type FaultPlan, planWith } from '../lib/faults.ts';
import { Notice } from '../ui/Notice.tsx';
import { Time } from '../ui/Time.tsx';

const LAMPS: readonly Lamp[] = [
  { state: 'waiting' },
  { state: 'live' },
  { state: 'stale', lastSeenMs: 12_000 },
  { state: 'dead' },
];

/** Loading, live, stale, dead. */
export function CabinetParts() {
  return (
    <div className="specimen-row wide">
      {LAMPS.map((lamp) => (
        <Cabinet
          key={lamp.state}
          scenario={{ id: 'ping-pong', title: lamp.state, pattern: 'The ball is a message.' }}
          lamp={lamp}
          screen={
            <div className="specimen-screen">
              <Score label="ping" value={lamp.state === 'waiting' ? '–' : 11} />
              <Score label="pong" value={lamp.state === 'waiting' ? '–' : 9} side="right" />
            </div>
          }
          deck={<Action label="Serve" isPrimary onAct={() => undefined} />}
          wire={<div className="specimen-wire soft mono small">the wire</div>}
          rail={null}
        />
      ))}
    </div>
  );
}

/** Ready, pending until it is let go, not available, failing; primary and quiet. */
export function ActionParts() {
  const [letGo, setLetGo] = useState<() => void>();
  const [begun, setBegun] = useState(0);
  const wait = () => {
    setBegun((count) => count + 1);
    return new Promise<void>((resolve) => setLetGo(() => resolve));
  };
  return (
    <div className="specimen-row">
      <Action label="Serve" pendingLabel="Serving…" isPrimary onAct={wait} />
      <Action label="Let it go" onAct={() => letGo?.()} />
      <Action label="Sentence" isPrimary unavailable="Choose somebody first." onAct={() => setBegun(-1)} />
      <Action label="Peek" unavailable="The night is not over." onAct={() => setBegun(-1)} />
      <Action
        label="Send it again"
        onAct={() => {
          throw new Error('The table is throttled.');
        }}
      />
      <p className="soft small">
        begun <output className="mono">{begun}</output>
      </p>
    </div>
  );
}

const SWITCHES: readonly FaultSwitch[] = [
  {
    id: 'duplicate',
    label: 'Duplicate',
    rate: 0.15,
    rulesAt: (rate) => [{ match: { service: 'sns', target: '*ping-pong-*' }, duplicate: rate }],
  },
  {
    id: 'delay',
    label: 'Delay',
    rate: 0.3,
    rulesAt: (probability) => [
      { match: { service: 'sns', target: '*ping-pong-*' }, delay: { probability, maxMs: 1_000 } },
    ],
  },
];

/** With a plan of this page alone: nothing is broken here. */
export function BreakItParts() {
  const started: FaultPlan = { seed: 7, rules: [{ match: { service: 'sns', target: '*mafia-*' }, throttle: 0.5 }] };
  const [plan, setPlan] = useState(started);
  const [refusal, setRefusal] = useState<string>();
  return (
    <div className="specimen-row">
      <BreakItPanel
        switches={SWITCHES}
        control={{
          plan,
          refusal,
          put: (rulesFrom) => setPlan((before) => planWith(before, 'ping-pong', rulesFrom(before))),
          reseed: (seed) => setPlan({ ...plan, seed }),
          reset: () => setPlan(started),
        }}
      />
      <Action
        label={refusal === undefined ? 'Refuse' : 'Allow'}
        onAct={() => setRefusal(refusal === undefined ? 'The page must be loaded again.' : undefined)}
      />
      <pre className="specimen-plan mono small">{JSON.stringify(plan)}</pre>
    </div>
  );
}

export function LessonParts() {
  return (
    <div className="specimen-row narrow">
      <Lesson
        question="duplicate every message. Why is there still one ball?"
        links={[
          {
            label: 'cabinet/Cabinet.tsx',
            load: () => import('../cabinet/Cabinet.tsx?raw'),
            find: 'export function Cabinet(',
          },
          { label: 'a file that is not there', load: () => Promise.reject(new Error('gone')), find: '' },
        ]}
      >
        Each stroke is one message. The function that receives it reads the match, writes the next state{' '}
        <em>if it still fits</em>, then publishes. No function waits for another.
      </Lesson>
    </div>
  );
}

const FAMILIES: readonly [Family, string][] = [
  ['function', 'Retry with backoff'],
  ['message', 'At least once'],
  ['store', 'Optimistic lock'],
  ['entry', 'Request and reply'],
  ['outside', 'Waiting'],
];

/** What is small: numbers, seats, times, names of patterns, notices. */
export function SmallParts() {
  return (
    <>
      <div className="specimen-row specimen-glass">
        <Score label="ping" value={11} />
        <Seat name="Ada" look="masked" />
        <Seat name="Barbara, who has a long name" look="chosen" />
        <Seat name="Grace" look="out" fate="killed by night" />
        <Seat name="Edsger" look="unmasked" fate="innocent" />
        <Score label="pong" value={9} side="right" />
      </div>
      <div className="specimen-row">
        <Clock ms={412.3} />
        <Clock ms={1_240} />
        <Clock ms={undefined} />
        <Time at={new Date(Date.now() - 3_000).toISOString()} />
        <Time at={new Date(Date.now() - 3 * 3_600_000).toISOString()} />
        {FAMILIES.map(([family, name]) => (
          <PatternChip key={family} family={family} name={name} />
        ))}
      </div>
      <Notice>A sentence about what went wrong.</Notice>
    </>
  );
}

/** Each species, and what stands for one that came after the page. */
export function CreatureParts() {
  return (
    <div className="specimen-row specimen-glass">
      {[...SPECIES, { id: 'new', title: 'any other' }].map(({ id, title }) => (
        <figure key={id} className="specimen-creature">
          <Creature species={id} />
          <figcaption className="small">{title}</figcaption>
        </figure>
      ))}
    </div>
  );
}
