import type { Happening } from './engine.ts';

/** A short tone that slides: from, to (Hz), how long (seconds), how loud (0 to 1). */
type Tone = readonly [type: OscillatorType, fromHz: number, toHz: number, seconds: number, loud: number];

const TONES: Readonly<Record<Happening['what'], Tone>> = {
  shot: ['square', 880, 220, 0.12, 0.05],
  hit: ['sawtooth', 300, 60, 0.16, 0.09],
  bomb: ['triangle', 240, 120, 0.2, 0.05],
  lost: ['sawtooth', 180, 30, 0.5, 0.14],
  level: ['square', 330, 990, 0.5, 0.07],
  over: ['sawtooth', 220, 28, 1.1, 0.14],
};

/** Makes sounds, once it is switched on: nothing sounds, and nothing is loaded for it, before. */
export interface Sound {
  play(happened: readonly Happening[]): void;
  /** Called from a press: before one, browsers allow no sound. */
  turn(isOn: boolean): void;
}

export function createSound(): Sound {
  let context: AudioContext | undefined;
  return {
    turn(isOn) {
      if (isOn) context ??= new AudioContext();
      // Where there is no device it cannot, and nothing comes of it.
      (isOn ? context?.resume() : context?.suspend())?.catch(() => undefined);
    },
    play(happened) {
      if (context?.state !== 'running') return;
      for (const what of new Set(happened.map((one) => one.what))) {
        const [type, fromHz, toHz, seconds, loud] = TONES[what];
        const at = context.currentTime;
        const [oscillator, gain] = [context.createOscillator(), context.createGain()];
        oscillator.type = type;
        oscillator.frequency.setValueAtTime(fromHz, at);
        oscillator.frequency.exponentialRampToValueAtTime(toHz, at + seconds);
        gain.gain.setValueAtTime(loud, at);
        gain.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
        oscillator.connect(gain).connect(context.destination);
        oscillator.start(at);
        oscillator.stop(at + seconds);
      }
    },
  };
}
