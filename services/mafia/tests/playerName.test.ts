import { describe, expect, it } from '@jest/globals';
import { problemWithName } from '../domain/playerName.ts';
import { newGameBody } from '../http/schemas.ts';

/** What is said of a game whose second player has this name; undefined when it is taken. */
function refusalOf(name: string): string | undefined {
  const { error } = newGameBody.safeParse({ names: ['Ann', name, 'Cleo'] });
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}

describe('the name of a player', () => {
  it.each([
    ['a letter beyond all others', '\u{10ffff}A', 'U+10FFFF stands for no character'],
    ['a character that no Unicode has', 'A\u{50000}', 'U+50000 stands for no character'],
    ['a character of somebody’s own', '\ue000', 'U+E000 stands for no character'],
    ['no width', 'An\u200bn', 'U+200B cannot be seen'],
    ['a joiner', 'An\u200dn', 'U+200D cannot be seen'],
    ['the filler of Hangul alone', '\u3164', 'U+3164 cannot be seen'],
    ['the blank of Braille', '\u2800', 'U+2800 cannot be seen'],
    ['a tag', 'Ann\u{e0041}', 'U+E0041 cannot be seen'],
    ['a variation selector', 'Ann\ufe0f', 'U+FE0F cannot be seen'],
    ['a change of direction', '\u202eAnn', 'U+202E cannot be seen'],
    ['a wide space', 'An\u3000n', 'U+3000 cannot be seen'],
    ['a control character', 'A\u0007', 'U+0007 controls how text is shown'],
    ['a break of lines', 'A\u2028n', 'U+2028 controls how text is shown'],
    ['half of a character', 'A\ud800', 'U+D800 is half of a character'],
    ['a mark without a letter', '\u0301nn', 'begins with the mark U+0301, which belongs to a letter before it'],
    ['a space at its end', 'Ann ', 'has a space too many'],
    ['two spaces', 'Ann  Lee', 'has a space too many'],
    ['nothing but a space', ' ', 'has a space too many'],
  ])('with %s is refused, with the reason', (_what, name, reason) => {
    expect(refusalOf(name)).toBe(`names.1: ${reason}`);
  });

  it.each([
    'Ann Lee',
    "O'Neill",
    'Ægir',
    'Zoë',
    'José',
    'Нина',
    '李小龍',
    'عائشة',
    'अनीता',
    'Ann-Marie',
    '🦊',
    'R2-D2',
  ])('may be %s', (name) => {
    expect(refusalOf(name)).toBeUndefined();
  });

  it('counts as the same in both forms of Unicode', () => {
    const { error, data } = newGameBody.safeParse({ names: ['Zo\u00eb', 'Zoe\u0308', 'Cleo'] });

    expect(error?.issues.map(({ message }) => message)).toEqual(['a name stands twice']);
    expect(newGameBody.parse({ names: ['Ann', 'Zoe\u0308', 'Cleo'] }).names?.[1]).toBe('Zo\u00eb');
    expect(data).toBeUndefined();
  });

  it('has nothing in it that is not seen, of all characters that there are', () => {
    // Every seventh: all million of them take a second.
    for (let code = 0; code <= 0x10ffff; code += 7) {
      const character = String.fromCodePoint(code);
      const isSeen = /^[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]$/u.test(character) || character === ' ';

      if (isSeen !== (problemWithName(`A${character}b`) === undefined)) throw new Error(`U+${code.toString(16)}`);
    }
  });
});
