import { bulbOf, firstOf, isOutOfReach, isPending, isSaid, nameOf, toldState } from './exchange.ts';
import type { Bulb, Exchange } from './home.ts';

/** A line of the console, and how it is meant: `told` is what Alexa was told unasked. */
export interface Line {
  words: string;
  tone: 'waits' | 'fine' | 'refused' | 'told';
}

/** What was said to Alexa, or that nobody has. */
export const saidOf = (exchange: Exchange): string =>
  isSaid(exchange) ? `“Alexa, ${exchange.text}”` : 'Alexa is told, unasked:';

/** What a message says that a bulb has come to: "on, 40 %"; empty where it says nothing of it. */
export function toldWords(message: unknown): string {
  const { power, brightness } = toldState(message);
  if (power === 'OFF') return 'off';
  const light = typeof brightness === 'number' ? `${brightness} %` : '';
  return [power === 'ON' ? 'on' : '', light].filter((part) => part !== '').join(', ');
}

/** About as many characters as a line of the console has room for in large letters. */
const LINE = 18;

/** Whether an answer is told in two smaller lines. */
export const isLong = (words: string): boolean => words.length > LINE;

const capital = (text: string) => text.replace(/^./, (first) => first.toUpperCase());

/** What Alexa would say by now, or what she was told. */
export function answerOf(exchange: Exchange, bulbs: readonly Bulb[]): Line {
  const { outcome, steps } = exchange;
  if (!isSaid(exchange)) {
    const name = bulbOf(exchange, bulbs)?.name ?? 'something';
    const state = toldWords(steps[0]?.message);
    return { words: `The ${name} ${state === '' ? 'has changed' : `is ${state}`}.`, tone: 'told' };
  }
  if (isPending(exchange)) return { words: firstOf(exchange) ? 'One moment…' : '…', tone: 'waits' };
  const isFine = outcome?.kind === 'answered' && !steps.some(({ message }) => isOutOfReach(message));
  const words = outcome?.speech || (isFine ? 'OK.' : 'Sorry, that did not work.');
  return { words, tone: isFine ? 'fine' : 'refused' };
}

/** What a message of Alexa's is called where it is listed. */
export const titleOf = (message: unknown): string => nameOf(message) || 'message';

/** A bulb's name as it begins a sentence. */
export const titleOfBulb = ({ name }: Bulb): string => capital(name);

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
