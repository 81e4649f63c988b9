import { useEffect, useRef, useState } from 'react';
import { type Fault, rateIn, rulesTurned } from '../lib/faults.ts';
import { useStage } from '../lib/stage.ts';
import { Drawer } from './Drawer.tsx';
import { type FaultControl, useFaultPlan } from './useFaultPlan.ts';

/** A switch that makes something go wrong. */
export interface FaultSwitch extends Fault {
  /** "Duplicate", "Delay", "Crash pong", "Throttle table". */
  label: string;
  /** How often, when it is switched on: 0 to 1. */
  rate: number;
}

export interface BreakItProps {
  /** Folder name of the service: switches replace the rules whose targets are its own. */
  service: string;
  switches: readonly FaultSwitch[];
  /** All of them in the drawer: where the deck has other things to hold. */
  isCompact?: boolean;
}

/** A dial that is turned sends so many requests only, in milliseconds after its last step. */
const SETTLED_MS = 200;

const percent = (rate: number) => `${Math.round(rate * 100)} %`;

/** What goes wrong on purpose, on or off with a rate, a seed, reset. Nothing at all where there is no fault plan to change. */
export function BreakIt(props: BreakItProps) {
  const stage = useStage();
  if (stage === undefined || stage === 'asking' || !stage.canBreak) return null;
  return <Breaking {...props} />;
}

function Breaking({ service, ...rest }: BreakItProps) {
  return <BreakItPanel {...rest} control={useFaultPlan(service)} />;
}

interface FaultSwitchButtonProps {
  label: string;
  rate: number;
  isOn: boolean;
  onToggle: () => void;
}

function FaultSwitchButton({ label, rate, isOn, onToggle }: FaultSwitchButtonProps) {
  return (
    <button type="button" className="fault-switch" aria-pressed={isOn} onClick={onToggle}>
      <span>{label}</span> <span className="fault-rate">{percent(rate)}</span>
    </button>
  );
}

/** The switches in a row; how often, by which seed and the way back in a drawer that opens over the screen. */
export function BreakItPanel({
  switches,
  control,
  isCompact = false,
}: Omit<BreakItProps, 'service'> & { control: FaultControl }) {
  const { plan, refusal } = control;
  // Where the dials stand; for what is on, the plan says it until a dial is turned.
  const [dials, setDials] = useState<Readonly<Record<string, number>>>({});
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  useEffect(() => {
    const begun = timers.current;
    return () => {
      for (const timer of begun.values()) clearTimeout(timer);
    };
  }, []);

  const faults = switches.map((fault) => {
    const now = plan ? rateIn(plan, fault.rulesAt) : 0;
    return { fault, isOn: now > 0, rate: dials[fault.id] ?? (now > 0 ? now : fault.rate) };
  });
  const count = faults.filter(({ isOn }) => isOn).length;
  const set = (id: string, rateFrom: (rate: number) => number) =>
    control.put((before) => rulesTurned(switches, before, id, rateFrom));
  const turn = (id: string, rate: number) => {
    setDials({ ...dials, [id]: rate });
    clearTimeout(timers.current.get(id));
    timers.current.set(
      id,
      setTimeout(() => set(id, (before) => (before > 0 ? rate : 0)), SETTLED_MS),
    );
  };

  return (
    <Drawer legend="Break it" label="Break it" count={count} isCompact={isCompact} refusal={refusal}>
      <div className="break-it-switches">
        {faults.map(({ fault: { id, label }, isOn, rate }) => (
          <FaultSwitchButton
            key={id}
            label={label}
            isOn={isOn}
            rate={rate}
            onToggle={() => set(id, () => (isOn ? 0 : rate))}
          />
        ))}
      </div>
      <Dials
        faults={faults}
        seed={plan?.seed}
        onTurn={turn}
        onSeed={control.reseed}
        onReset={() => {
          setDials({});
          control.reset();
        }}
      />
    </Drawer>
  );
}

interface DialsProps {
  faults: readonly { fault: FaultSwitch; rate: number }[];
  seed: number | undefined;
  onTurn: (id: string, rate: number) => void;
  onSeed: (seed: number) => void;
  onReset: () => void;
}

/** How often each of them happens, and by which seed. */
function Dials({ faults, seed, onTurn, onSeed, onReset }: DialsProps) {
  return (
    <div className="break-it-dials">
      {faults.map(({ fault: { id, label }, rate }) => (
        <label key={id} className="dial">
          <span>{label}</span>
          <input
            type="range"
            min="5"
            max="100"
            step="5"
            value={Math.round(rate * 100)}
            aria-valuetext={percent(rate)}
            onChange={({ target }) => onTurn(id, target.valueAsNumber / 100)}
          />
          <output>{percent(rate)}</output>
        </label>
      ))}
      <div className="break-it-foot">
        <label className="seed">
          Seed
          {/* A new key takes over what another window has set. */}
          <input
            key={seed}
            className="field"
            type="number"
            step="1"
            defaultValue={seed}
            title="The same seed breaks the same messages"
            onBlur={({ target }) => {
              if (Number.isSafeInteger(target.valueAsNumber) && target.valueAsNumber !== seed)
                onSeed(target.valueAsNumber);
            }}
            onKeyDown={({ key, currentTarget }) => key === 'Enter' && currentTarget.blur()}
          />
        </label>
        <button type="button" className="action" onClick={onReset}>
          Reset
        </button>
      </div>
    </div>
  );
}
