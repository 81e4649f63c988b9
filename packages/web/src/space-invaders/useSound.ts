import { useState } from 'react';
import { createSound, type Sound } from './game/sound.ts';

const KEPT_AS = 'arcade-sound';

/** What was chosen before in this browser. */
function wasOn(): boolean {
  try {
    return localStorage.getItem(KEPT_AS) === 'on';
  } catch {
    return false;
  }
}

/** Off until it is asked for, and then as it was chosen last. `wake`: from a press, before which browsers allow no sound. */
export function useSound(): { sound: Sound; isOn: boolean; turn: () => void; wake: () => void } {
  const [sound] = useState(createSound);
  const [isOn, setOn] = useState(wasOn);
  return {
    sound,
    isOn,
    turn() {
      setOn(!isOn);
      sound.turn(!isOn);
      try {
        localStorage.setItem(KEPT_AS, isOn ? 'off' : 'on');
      } catch {
        // It lasts until the page is left.
      }
    },
    wake: () => isOn && sound.turn(true),
  };
}
