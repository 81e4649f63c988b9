import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Drawer } from '../cabinet/Drawer.tsx';
import type { Bulb, Misbehaviour } from './home.ts';
import { shortName } from './words.ts';
import './vendor.css';

/** As it is when nothing goes wrong but what always takes its time, in milliseconds. */
export const CALM: Misbehaviour = {
  ...{ latencyMs: 300, failureRate: 0, lostPushRate: 0, duplicatePushRate: 0, forgedPushes: false, unreachable: [] },
  ...{ tokensExpire: false, skillDisabled: false, gatewayBusy: false, hubOff: false },
};

type RateName = 'failureRate' | 'lostPushRate' | 'duplicatePushRate';
type SwitchName = 'forgedPushes' | 'tokensExpire' | 'skillDisabled' | 'gatewayBusy';

const RATES: readonly (readonly [name: RateName, label: string])[] = [
  ['failureRate', 'Vendor fails'],
  ['lostPushRate', 'Pushes get lost'],
  ['duplicatePushRate', 'Pushes come twice'],
];
/** No hub among them: the homes of this page keep their grants in the table. */
const SWITCHES: readonly (readonly [name: SwitchName, label: string])[] = [
  ['forgedPushes', 'Somebody forges pushes'],
  ['tokensExpire', 'Tokens expire'],
  ['gatewayBusy', 'Alexa’s gateway is busy'],
  ['skillDisabled', 'User disables the skill'],
];
const MOST_LATENCY_MS = 4_000;
/** A dial that is turned sends so many requests only, in milliseconds after its last step. */
const SETTLED_MS = 200;

/** How many things go wrong. */
export const countOf = (now: Misbehaviour): number =>
  RATES.filter(([name]) => now[name] > 0).length +
  SWITCHES.filter(([name]) => now[name]).length +
  now.unreachable.length +
  (now.latencyMs > 1_000 ? 1 : 0);

interface DialProps {
  label: string;
  value: number;
  most: number;
  step: number;
  words: (value: number) => string;
  onTurn: (value: number) => void;
}

/** A dial that tells where it was turned to once it rests. */
function Dial({ label, value, most, step, words, onTurn }: DialProps) {
  const [turned, setTurned] = useState<number>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  // What the world says counts, as soon as it says what was set.
  useEffect(() => {
    if (turned === value) setTurned(undefined);
  }, [turned, value]);
  const shown = turned ?? value;
  return (
    <label className="dial">
      <span>{label}</span>
      <input
        type="range"
        {...{ min: 0, max: most, step, value: shown }}
        aria-valuetext={words(shown)}
        onChange={({ target }) => {
          const next = target.valueAsNumber;
          setTurned(next);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => onTurn(next), SETTLED_MS);
        }}
      />
      <output>{words(shown)}</output>
    </label>
  );
}

function Toggle({ isOn, onToggle, children }: { isOn: boolean; onToggle: () => void; children: ReactNode }) {
  return (
    <button type="button" className="fault-switch" aria-pressed={isOn} onClick={onToggle}>
      {children}
    </button>
  );
}

export interface VendorProps {
  bulbs: readonly Bulb[];
  /** Undefined until it is known. */
  misbehaviour: Misbehaviour | undefined;
  onChange: (change: Partial<Misbehaviour>) => Promise<void>;
}

const percent = (rate: number) => `${Math.round(rate * 100)} %`;

/** What goes wrong outside of the skill, in a drawer: at the vendor, on the way back from it, and at Alexa's own. */
export function Vendor({ bulbs, misbehaviour, onChange }: VendorProps) {
  const [refusal, setRefusal] = useState('');
  const now = misbehaviour ?? CALM;
  const count = countOf(now);
  const change = (next: Partial<Misbehaviour>) => {
    setRefusal('');
    onChange(next).catch((error: unknown) => setRefusal(error instanceof Error ? error.message : String(error)));
  };
  const unplug = (deviceId: string) =>
    change({
      unreachable: now.unreachable.includes(deviceId)
        ? now.unreachable.filter((id) => id !== deviceId)
        : [...now.unreachable, deviceId],
    });
  return (
    <Drawer legend="The world outside" label="Vendor" count={count} isCompact refusal={refusal} className="vendor">
      <div className="break-it-dials">
        <div>
          <Dial
            label="Vendor takes"
            value={now.latencyMs}
            most={MOST_LATENCY_MS}
            step={100}
            words={(ms) => `${(ms / 1000).toFixed(1)} s`}
            onTurn={(latencyMs) => change({ latencyMs })}
          />
          {RATES.map(([name, label]) => (
            <Dial
              key={name}
              label={label}
              value={now[name]}
              most={1}
              step={0.05}
              words={percent}
              onTurn={(rate) => change({ [name]: rate })}
            />
          ))}
        </div>
        <div className="vendor-switches">
          {SWITCHES.map(([name, label]) => (
            <Toggle key={name} isOn={now[name]} onToggle={() => change({ [name]: !now[name] })}>
              {label}
            </Toggle>
          ))}
        </div>
        <div className="vendor-foot">
          <span>Unplug</span>
          <button type="button" className="action" onClick={() => change(CALM)}>
            Reset all
          </button>
        </div>
        <div className="vendor-switches">
          {bulbs.map(({ deviceId, name }) => (
            <Toggle key={deviceId} isOn={now.unreachable.includes(deviceId)} onToggle={() => unplug(deviceId)}>
              {shortName(name)}
            </Toggle>
          ))}
        </div>
      </div>
    </Drawer>
  );
}
