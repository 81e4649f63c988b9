import { errorOf, finalOf, firstOf, isPending, nameOf } from './exchange.ts';
import type { Bulb, Exchange } from './home.ts';

/** What Alexa says to somebody, and how it is meant. */
export interface Answer {
  words: string;
  tone: 'waits' | 'fine' | 'refused';
}

/** What Alexa would say by now; she is told of an error by its type, and finds the words herself. */
export function answerOf(exchange: Exchange, nowMs: number): Answer {
  const final = finalOf(exchange);
  if (!final) {
    if (isPending(exchange, nowMs)) return { words: firstOf(exchange) ? 'One moment…' : '…', tone: 'waits' };
    return { words: 'No answer came.', tone: 'refused' };
  }
  const error = errorOf(final);
  const words = final.speech || (error === undefined ? 'OK.' : `Sorry, that did not work (${error}).`);
  return { words, tone: error === undefined ? 'fine' : 'refused' };
}

/** What a message of Alexa's is called where it is listed. */
export const titleOf = (message: unknown): string => nameOf(message) || 'message';

/** What one can say to switch a bulb to what it is not. */
export const switchWords = ({ name, state }: Bulb): string => `turn ${state.power === 'ON' ? 'off' : 'on'} the ${name}`;

/** A bulb's name without what it is: "kitchen", "reading". */
export const shortName = (name: string): string => name.replace(/ (light|lamp)$/, '');

/** The same where there is little room: "kitchen on". */
export const shortWords = ({ name, state }: Bulb): string =>
  `${shortName(name)} ${state.power === 'ON' ? 'off' : 'on'}`;

/** All that can be said, one of each for a bulb. */
export const sayings = (bulbs: readonly Bulb[]): string[] => [
  ...bulbs.map(switchWords),
  ...bulbs.map(({ name }) => `set the ${name} to 40 %`),
  ...bulbs.map(({ name }) => `is the ${name} on`),
  'discover my devices',
  'link my account',
];
