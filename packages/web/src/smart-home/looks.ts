import type { Bulb, BulbState, Home } from './home.ts';

/**
 * How a bulb looks: as it is, but for one that Alexa was told of before it has done anything: it is `believed` to be on, and
 * shines already.
 */
export type Look = 'off' | 'on' | 'believed';

/** What the room shows of a bulb. */
export interface Shown {
  look: Look;
  /** In percent; 0 when it is off. */
  light: number;
  /** Alexa believes something else than what is, in words; undefined where she does not. */
  doubt: string | undefined;
}

const lightOf = ({ power, brightness }: BulbState) => (power === 'ON' ? brightness : 0);

/** "on, 40 %", "off". */
export const stateWords = ({ power, brightness }: BulbState): string =>
  power === 'ON' ? `on, ${brightness} %` : 'off';

export function shownOf({ api, state, alexa }: Bulb): Shown {
  const isApart =
    alexa !== undefined &&
    (alexa.power !== state.power || (state.power === 'ON' && alexa.brightness !== state.brightness));
  const isAhead = isApart && api === 'optimistic';
  const seen = isAhead && alexa ? alexa : state;
  return {
    look: seen.power === 'OFF' ? 'off' : isAhead ? 'believed' : 'on',
    light: lightOf(seen),
    doubt: isApart ? `Alexa: ${stateWords(alexa)}` : undefined,
  };
}

/** The bulbs that were believed to be on, and are not: what Alexa was told was taken back. */
export function blushing(before: Home | undefined, after: Home): string[] {
  return after.bulbs
    .filter((bulb) => {
      const was = before?.bulbs.find(({ deviceId }) => deviceId === bulb.deviceId);
      return was && shownOf(was).look === 'believed' && shownOf(bulb).look === 'off' && was.state.power === 'OFF';
    })
    .map(({ deviceId }) => deviceId);
}
