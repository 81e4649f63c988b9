import { type ReactNode, useState } from 'react';
import { isLocal, useStage } from '../lib/stage.ts';
import { NotFound } from '../shell/NotFound.tsx';
import { usePageTitle } from '../ui/usePageTitle.ts';
import { WireParts } from '../wire/WireParts.tsx';
import { AccountParts } from './accountSpecimens.tsx';
import { ActionParts, BreakItParts, CabinetParts, CreatureParts, LessonParts, SmallParts } from './specimens.tsx';
import './parts.css';

const LIGHTS = { '': 'as the machine', light: 'light', dark: 'dark' } as const;

/** A component with the states it has. */
function Specimens({ name, children }: { name: string; children: ReactNode }) {
  const id = `parts-${name.replaceAll(/\W+/g, '-').toLowerCase()}`;
  return (
    <section className="specimens" aria-labelledby={id}>
      <h2 id={id}>{name}</h2>
      {children}
    </section>
  );
}

function Parts() {
  usePageTitle('Parts');
  const [light, setLight] = useState<keyof typeof LIGHTS>('');
  return (
    <div className="parts" data-scenario="ping-pong" style={{ colorScheme: light || undefined }}>
      <h1>The parts of a cabinet</h1>
      <p className="soft">Each in every state that it has. A laptop shows this page, a deployed stage does not.</p>
      <fieldset className="row">
        <legend className="visually-hidden">Light</legend>
        {(Object.keys(LIGHTS) as (keyof typeof LIGHTS)[]).map((key) => (
          <label key={key} className="parts-light">
            <input type="radio" name="light" checked={light === key} onChange={() => setLight(key)} /> {LIGHTS[key]}
          </label>
        ))}
      </fieldset>
      <Specimens name="Cabinet">
        <CabinetParts />
      </Specimens>
      <Specimens name="Action">
        <ActionParts />
      </Specimens>
      <Specimens name="Break it">
        <BreakItParts />
      </Specimens>
      <Specimens name="Lesson">
        <LessonParts />
      </Specimens>
      <Specimens name="Score, Seat, Clock, PatternChip">
        <SmallParts />
      </Specimens>
      <Specimens name="Creature">
        <CreatureParts />
      </Specimens>
      <Specimens name="Account">
        <AccountParts />
      </Specimens>
      <Specimens name="Wire, Narration, Hop, Waterfall">
        <WireParts />
      </Specimens>
    </div>
  );
}

/** The parts that pages are put together from; there on a laptop only. */
export function PartsPage() {
  const stage = useStage();
  if (stage === 'asking') return null;
  return isLocal(stage) ? <Parts /> : <NotFound />;
}
