import { propertiesOf, type SkillMessage } from './alexa.ts';

/** What Alexa says where a device cannot be had. */
const unreachable = (name: string) =>
  `Sorry, ${name} isn’t responding. Please check its network connection and power supply.`;

/** What Alexa says to an error, by its type: as developer.amazon.com/docs/alexa/device-apis/alexa-errorresponse.html describes them. */
const ERRORS: Readonly<Record<string, (name: string) => string>> = {
  BRIDGE_UNREACHABLE: (name) => `Sorry, the hub of ${name} isn’t responding.`,
  ENDPOINT_BUSY: (name) => `Sorry, ${name} is busy. Please try again in a moment.`,
  ENDPOINT_UNREACHABLE: unreachable,
  EXPIRED_AUTHORIZATION_CREDENTIAL: (name) => `Sorry, I can’t reach ${name}. Please link your account again.`,
  HARDWARE_MALFUNCTION: (name) => `Sorry, ${name} has a hardware problem.`,
  INVALID_AUTHORIZATION_CREDENTIAL: (name) => `Sorry, I can’t reach ${name}. Please link your account again.`,
  INVALID_VALUE: (name) => `Sorry, I can’t set ${name} to that.`,
  NO_SUCH_ENDPOINT: (name) => `Sorry, I couldn’t find ${name}.`,
  RATE_LIMIT_EXCEEDED: (name) => `Sorry, ${name} gets too many requests. Please try again later.`,
  VALUE_OUT_OF_RANGE: (name) => `Sorry, I can’t set ${name} to that.`,
};

/** How Alexa calls a device in a sentence; undefined: the skill, where no device is meant. */
export const calledIn = (deviceName: string | undefined): string =>
  deviceName === undefined ? 'your skill' : `the ${deviceName}`;

/** What Alexa says to a message of the skill's; `name` is whom it is about, as `calledIn` says. Empty where she says nothing. */
export function speechTo(message: SkillMessage, name: string): string {
  const { header, payload } = message.event;
  switch (header.name) {
    case 'Response':
      return 'OK.';
    case 'StateReport':
      return stateOf(message, name);
    case 'Discover.Response':
      return `I found ${payload.endpoints?.length ?? 0} devices.`;
    case 'AcceptGrant.Response':
      return 'Your account is linked.';
    case 'ErrorResponse':
      if (payload.type === 'ACCEPT_GRANT_FAILED') return 'Sorry, your account could not be linked.';
      return (ERRORS[payload.type ?? ''] ?? (() => 'Sorry, something went wrong.'))(name);
    default:
      return '';
  }
}

function stateOf(message: SkillMessage, name: string): string {
  const valueNamed = (wanted: string) => propertiesOf(message).find((property) => property.name === wanted)?.value;
  const connectivity = valueNamed('connectivity');
  if (
    typeof connectivity === 'object' &&
    connectivity !== null &&
    'value' in connectivity &&
    connectivity.value !== 'OK'
  ) {
    return unreachable(name);
  }
  const brightness = valueNamed('brightness');
  if (valueNamed('powerState') === 'OFF') return `${capital(name)} is off.`;
  return `${capital(name)} is on${typeof brightness === 'number' ? `, at ${brightness} percent` : ''}.`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What Alexa says when no answer comes. */
export const silence = (name: string): string => `Sorry, ${name} isn’t responding.`;
