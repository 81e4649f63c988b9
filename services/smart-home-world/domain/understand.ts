import type { Endpoint } from './alexa.ts';

/** What was meant by what was said. */
export type Meaning =
  | { kind: 'directive'; endpoint: Endpoint; namespace: string; name: string; payload: Record<string, unknown> }
  | { kind: 'discover' }
  | { kind: 'link' }
  /** Nothing that can be done; what Alexa says to it. */
  | { kind: 'nothing'; speech: string };

/** By how much a light becomes brighter or darker where nobody says it, in percent: as Alexa does. */
const A_LITTLE = 25;

type Asked = Pick<Extract<Meaning, { kind: 'directive' }>, 'namespace' | 'name' | 'payload'>;

const power = (word = ''): Asked => ({
  namespace: 'Alexa.PowerController',
  name: word === 'on' ? 'TurnOn' : 'TurnOff',
  payload: {},
});
const brightness = (percent = ''): Asked => ({
  namespace: 'Alexa.BrightnessController',
  name: 'SetBrightness',
  payload: { brightness: Number(percent) },
});
const adjusted = (sign: 1 | -1, percent: string | undefined): Asked => ({
  namespace: 'Alexa.BrightnessController',
  name: 'AdjustBrightness',
  payload: { brightnessDelta: sign * (percent === undefined ? A_LITTLE : Number(percent)) },
});
const asked: Asked = { namespace: 'Alexa', name: 'ReportState', payload: {} };

const PERCENT = String.raw`(\d{1,3})(?: ?%| percent)?`;

/** What can be said of a device: the pattern names it `device`. */
const SENTENCES: readonly (readonly [pattern: RegExp, asked: (...groups: (string | undefined)[]) => Asked])[] = [
  [/^(?:turn|switch) (on|off) (?<device>.+)$/, power],
  [/^(?:turn|switch) (?<device>.+) (?:(on|off))$/, (_device, word) => power(word)],
  [
    new RegExp(`^(?:set|dim|brighten|turn|change) (?<device>.+?)(?: brightness)? to ${PERCENT}$`),
    (_device, percent) => brightness(percent),
  ],
  [new RegExp(`^(?:dim|lower|darken) (?<device>.+?)(?: by ${PERCENT})?$`), (_device, percent) => adjusted(-1, percent)],
  [
    new RegExp(`^(?:brighten|raise|lighten) (?<device>.+?)(?: by ${PERCENT})?$`),
    (_device, percent) => adjusted(1, percent),
  ],
  [/^is (?<device>.+) (?:on|off)$/, () => asked],
  [/^how (?:bright )?is (?<device>.+)$/, () => asked],
];

/** Understands what was said, as far as devices that are known are concerned. */
export function understand(text: string, endpoints: readonly Endpoint[]): Meaning {
  const said = normal(text);
  if (/^(discover|find)( my| all)?( new)? devices$/.test(said)) return { kind: 'discover' };
  if (/^link( my)? account$/.test(said)) return { kind: 'link' };
  for (const [pattern, make] of SENTENCES) {
    const found = pattern.exec(said);
    if (!found) continue;
    const named = deviceNamed(found.groups?.device ?? '', endpoints);
    if ('speech' in named) return { kind: 'nothing', speech: named.speech };
    return { kind: 'directive', endpoint: named, ...make(...found.slice(1)) };
  }
  return { kind: 'nothing', speech: `Sorry, I don’t know that one. Try “${exampleWith(endpoints)}”.` };
}

/** What can be said where these devices are known. */
const exampleWith = ([first]: readonly Endpoint[]): string =>
  first ? `turn on the ${first.friendlyName.toLowerCase()}` : 'discover my devices';

/** Without what says nothing: who is spoken to, politeness, punctuation. */
const normal = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[.,!?’']/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/^(?:hey |ok )?alexa /, '')
    .replaceAll(/(?:^| )please(?= |$)/g, '')
    .trim();

/** The device that is meant: by its whole name, or by words that only one has. */
function deviceNamed(words: string, endpoints: readonly Endpoint[]): Endpoint | { speech: string } {
  const name = words.replace(/^(?:the|my) /, '');
  const named = endpoints.map((endpoint) => ({ endpoint, friendly: endpoint.friendlyName.toLowerCase() }));
  const whole = named.find(({ friendly }) => friendly === name);
  if (whole) return whole.endpoint;
  const wanted = name.split(' ');
  const [first, ...others] = named.filter(({ friendly }) => wanted.every((word) => friendly.split(' ').includes(word)));
  if (!first) return { speech: `Sorry, I couldn’t find a device called ${name}.` };
  if (others.length > 0) return { speech: `A few devices are called ${name}. Which one did you mean?` };
  return first.endpoint;
}
