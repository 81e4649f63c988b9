/**
 * What a player may be called: what can be seen and told apart. Letters, marks, numbers, punctuation, symbols, and single spaces
 * between them.
 */

const SEEN = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
/** Also characters that are letters or symbols by name and show nothing: the fillers of Hangul, the blank of Braille. */
const SHOWS_NOTHING = /^[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Zs}\u2800]$/u;
const CONTROLS = /^[\p{Cc}\p{Zl}\p{Zp}]$/u;
const HALF = /^\p{Cs}$/u;

function problemWith(character: string): string | undefined {
  if (HALF.test(character)) return 'is half of a character';
  if (CONTROLS.test(character)) return 'controls how text is shown';
  if (character !== ' ' && SHOWS_NOTHING.test(character)) return 'cannot be seen';
  if (!SEEN.test(character)) return 'stands for no character';
  return undefined;
}

/** `U+200B` */
const codeOf = (character: string) => `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;

/**
 * Says what is wrong with a name, or nothing when it is right. To be asked when a game is dealt, and never again: which characters
 * there are is a matter of Node.js's version of Unicode, so that another version may not know what this one has let in.
 */
export function problemWithName(name: string): string | undefined {
  for (const character of name) {
    const problem = problemWith(character);
    if (problem) return `${codeOf(character)} ${problem}`;
  }
  if (/^\p{M}/u.test(name)) return `begins with the mark ${codeOf(name)}, which belongs to a letter before it`;
  if (name !== name.trim() || name.includes('  ')) return 'has a space too many';
  return undefined;
}
