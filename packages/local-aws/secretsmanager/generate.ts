import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../core/boundedJson.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
const KINDS = {
  Lowercase: LETTERS,
  Uppercase: LETTERS.toUpperCase(),
  Numbers: '0123456789',
  Punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
} as const;
const DEFAULT_LENGTH = 32;
const MAX_LENGTH = 4096;

/** `GenerateSecretString` of a template. */
export const generateSecretString = z
  .strictObject({
    ExcludeCharacters: z.string().max(MAX_LENGTH).default(''),
    ExcludeLowercase: z.boolean().default(false),
    ExcludeUppercase: z.boolean().default(false),
    ExcludeNumbers: z.boolean().default(false),
    ExcludePunctuation: z.boolean().default(false),
    IncludeSpace: z.boolean().default(false),
    RequireEachIncludedType: z.boolean().default(true),
    PasswordLength: z.int().min(1).max(MAX_LENGTH).default(DEFAULT_LENGTH),
    SecretStringTemplate: z.string().optional(),
    GenerateStringKey: z.string().min(1).optional(),
  })
  .superRefine((wanted, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    const { SecretStringTemplate, GenerateStringKey, RequireEachIncludedType, PasswordLength } = wanted;
    if ((SecretStringTemplate === undefined) !== (GenerateStringKey === undefined))
      refuse('SecretStringTemplate and GenerateStringKey go together');
    if (SecretStringTemplate !== undefined && !membersOf(SecretStringTemplate))
      refuse('SecretStringTemplate must be the JSON text of an object');
    const alphabets = alphabetsOf(wanted);
    if (alphabets.length === 0) refuse('all characters are excluded');
    if (RequireEachIncludedType && alphabets.length > PasswordLength)
      refuse(`PasswordLength must be at least ${alphabets.length}, so that each kind of character has a place`);
  });

type Wanted = z.output<typeof generateSecretString>;

/** Makes a secret's text: a password, or the template with it under the key. `random`: a whole number from 0, below the one given. */
export function generated(wanted: Wanted, random: (below: number) => number = randomInt): string {
  const { SecretStringTemplate, GenerateStringKey } = wanted;
  const password = passwordOf(wanted, random);
  if (SecretStringTemplate === undefined || GenerateStringKey === undefined) return password;
  return JSON.stringify({ ...membersOf(SecretStringTemplate), [GenerateStringKey]: password });
}

function passwordOf(wanted: Wanted, random: (below: number) => number): string {
  const alphabets = alphabetsOf(wanted);
  const letterOf = (alphabet: string) => alphabet[random(alphabet.length)] ?? '';
  const every = alphabets.join('');
  const letters = wanted.RequireEachIncludedType ? alphabets.map(letterOf) : [];
  while (letters.length < wanted.PasswordLength) letters.push(letterOf(every));
  // Where each kind's own letter stands is chance, too.
  for (let last = letters.length - 1; last > 0; last -= 1) {
    const other = random(last + 1);
    [letters[last], letters[other]] = [letters[other] ?? '', letters[last] ?? ''];
  }
  return letters.join('');
}

/** The characters of each kind that may occur; no empty ones. */
function alphabetsOf(wanted: Omit<Wanted, 'PasswordLength'>): string[] {
  const kinds = Object.entries(KINDS).filter(([kind]) => !wanted[`Exclude${kind as keyof typeof KINDS}`]);
  const alphabets = [...kinds.map(([, alphabet]) => alphabet), ...(wanted.IncludeSpace ? [' '] : [])];
  return alphabets
    .map((alphabet) => [...alphabet].filter((letter) => !wanted.ExcludeCharacters.includes(letter)).join(''))
    .filter((alphabet) => alphabet !== '');
}

function membersOf(text: string): object | undefined {
  try {
    const value = parseJson(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
