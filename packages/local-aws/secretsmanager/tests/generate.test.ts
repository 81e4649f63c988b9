import { describe, expect, it } from '@jest/globals';
import { generated, generateSecretString } from '../generate.ts';

const made = (wanted: object) => generated(generateSecretString.parse(wanted));
const problem = (wanted: object) => generateSecretString.safeParse(wanted).error?.issues[0]?.message;

describe('a generated secret', () => {
  it('has 32 characters, some of each kind, unless told otherwise', () => {
    for (let time = 0; time < 50; time += 1) {
      const secret = made({});
      expect(secret).toHaveLength(32);
      for (const kind of [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/]) expect(secret).toMatch(kind);
    }
    expect(made({})).not.toBe(made({}));
  });

  it.each([
    [{ PasswordLength: 4 }, /^.{4}$/],
    [{ ExcludePunctuation: true, ExcludeUppercase: true, ExcludeNumbers: true }, /^[a-z]{32}$/],
    [{ ExcludePunctuation: true, ExcludeCharacters: 'abcdefABCDEF01234' }, /^[g-zG-Z5-9]{32}$/],
    [{ ExcludeLowercase: true, ExcludePunctuation: true, ExcludeNumbers: true, IncludeSpace: true }, /^[A-Z ]{32}$/],
  ])('follows %j', (wanted, shape) => {
    for (let time = 0; time < 20; time += 1) expect(made(wanted)).toMatch(shape);
  });

  it('stands under its key in the template', () => {
    const wanted = { SecretStringTemplate: '{"name":"partner"}', GenerateStringKey: 'apiKey', PasswordLength: 12 };

    expect(JSON.parse(made(wanted))).toEqual({ name: 'partner', apiKey: expect.stringMatching(/^.{12}$/s) });
  });

  it.each([
    [{ SecretStringTemplate: '{}' }, 'SecretStringTemplate and GenerateStringKey go together'],
    [{ SecretStringTemplate: '[]', GenerateStringKey: 'key' }, 'must be the JSON text of an object'],
    [{ PasswordLength: 3 }, 'PasswordLength must be at least 4'],
    [{ PasswordLength: 5000 }, /4096/],
    [
      { ExcludeLowercase: true, ExcludeUppercase: true, ExcludePunctuation: true, ExcludeCharacters: '0123456789' },
      'all characters are excluded',
    ],
  ])('is refused for %j', (wanted, message) => {
    expect(problem(wanted)).toMatch(message);
  });
});
