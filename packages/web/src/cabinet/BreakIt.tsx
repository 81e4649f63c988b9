import type { FaultRule } from '../lib/faults.ts';

/** A switch that makes something go wrong. */
export interface FaultSwitch {
  /** Told apart by it. */
  id: string;
  /** "Duplicate", "Delay", "Crash pong", "Throttle the table". */
  label: string;
  /** How often, when it is switched on: 0 to 1. */
  rate: number;
  /** What it adds to the fault plan at that rate. */
  rulesAt: (rate: number) => FaultRule[];
}

export interface BreakItProps {
  /** Folder name of the service: switches replace the rules whose targets are its own. */
  service: string;
  switches: readonly FaultSwitch[];
}

/** What goes wrong on purpose, on or off with a rate, a seed, reset. Nothing at all where there is no fault plan to change. */
export function BreakIt({ switches }: BreakItProps) {
  return (
    <fieldset className="break-it">
      <legend>Break it</legend>
      {switches.map(({ id, label }) => (
        <button key={id} type="button" className="switch" aria-pressed={false}>
          {label}
        </button>
      ))}
    </fieldset>
  );
}
