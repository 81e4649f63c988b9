/**
 * Widths of characters in ems, a little wider than Helvetica's and Segoe's, so that text fits its box in whatever
 * system font draws it. There is no browser to ask here.
 */
const NARROW = new Set("iljtf.,:;'|!()[]I ");
const WIDE = new Set('mwMWGOQ@%…');
const CAPITAL = /[A-Z]/;

const emOf = (character: string): number => {
  if (NARROW.has(character)) return 0.36;
  if (WIDE.has(character)) return 0.94;
  return CAPITAL.test(character) ? 0.74 : 0.6;
};

/** One digit after the point: the same bytes from every machine's floating point. */
export const rounded = (value: number): number => Math.round(value * 10) / 10;

/** The width of a line of text in pixels. Bold is some 6 % wider. */
export const widthOf = (text: string, fontSize: number, isBold = false): number => {
  const ems = [...text].reduce((sum, character) => sum + emOf(character), 0);
  return Math.ceil(ems * fontSize * (isBold ? 1.06 : 1));
};
