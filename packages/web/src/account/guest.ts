const MANNERS = [
  'brave',
  'calm',
  'clever',
  'eager',
  'gentle',
  'happy',
  'keen',
  'lucky',
  'merry',
  'nimble',
  'proud',
  'quick',
  'quiet',
  'shiny',
  'swift',
  'witty',
];
const ANIMALS = [
  'badger',
  'beaver',
  'falcon',
  'ferret',
  'gecko',
  'heron',
  'ibex',
  'lemur',
  'lynx',
  'marten',
  'newt',
  'otter',
  'panda',
  'raven',
  'robin',
  'stoat',
];

/**
 * A name that one can tell apart and remember ("brave-otter-007"), and a password that nobody need know. `random` fills in
 * bytes; `first` is what the name begins with, a manner by default.
 */
export function newGuest(
  random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array,
  first?: string,
): { name: string; password: string } {
  const [manner = 0, animal = 0, high = 0, low = 0, ...secret] = random(new Uint8Array(4 + 24));
  const number = String((high * 256 + low) % 1000).padStart(3, '0');
  return {
    name: `${first ?? MANNERS[manner % MANNERS.length]}-${ANIMALS[animal % ANIMALS.length]}-${number}`,
    password: secret.map((byte) => byte.toString(16).padStart(2, '0')).join(''),
  };
}
