import { bulbOf, latestByKind } from './exchange.ts';
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

/** What Alexa was told that takes back what she had answered of the bulb, by its id. */
function correctionsIn({ exchanges, bulbs }: Home): { id: string; deviceId: string | undefined }[] {
  return Object.values(latestByKind(exchanges, bulbs)).flatMap(({ changes }) =>
    changes.flatMap(({ exchange, isCorrection }) =>
      isCorrection ? [{ id: exchange.id, deviceId: bulbOf(exchange, bulbs)?.deviceId }] : [],
    ),
  );
}

/** The bulbs that are off although Alexa was told that they would be on: she was told otherwise since the page looked last. */
export function blushing(before: Home | undefined, after: Home): string[] {
  if (!before) return [];
  const known = new Set(correctionsIn(before).map(({ id }) => id));
  const corrected = correctionsIn(after).filter(({ id }) => !known.has(id));
  return after.bulbs
    .filter((bulb) => corrected.some(({ deviceId }) => deviceId === bulb.deviceId) && shownOf(bulb).look === 'off')
    .map(({ deviceId }) => deviceId);
}
