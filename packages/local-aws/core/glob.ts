/** `*`, `?`, or a UTF-16 unit that stands for itself. */
export type Unit = number;
export const ANY_TEXT = -1;
export const ANY_UNIT = -2;

/** The units of a text, each of which stands for itself. */
export function* unitsOf(text: string): Generator<Unit> {
  for (let index = 0; index < text.length; index += 1) yield text.charCodeAt(index);
}

/**
 * Matches without looking back at more than the latest `*`: what stands between two of them is looked for as far to the left
 * as it fits, which leaves most room for the rest. It takes time by the product of both lengths at worst, whatever the pattern;
 * a regular expression with six `*` takes minutes.
 */
export function globMatcher(units: readonly Unit[]): (text: string) => boolean {
  return (text) => {
    let at = 0;
    let next = 0;
    let star = -1;
    let resumeAt = 0;
    while (at < text.length) {
      const unit = units[next];
      if (unit === ANY_TEXT) {
        star = next;
        resumeAt = at;
        next += 1;
      } else if (unit === ANY_UNIT || unit === text.charCodeAt(at)) {
        at += 1;
        next += 1;
      } else if (star >= 0) {
        resumeAt += 1;
        at = resumeAt;
        next = star + 1;
      } else return false;
    }
    while (units[next] === ANY_TEXT) next += 1;
    return next === units.length;
  };
}

const WILDCARDS: Readonly<Record<string, Unit>> = { '*': ANY_TEXT, '?': ANY_UNIT };

/** Whether a text fits a pattern in which `*` stands for any characters and `?` for one. */
export function glob(pattern: string): (text: string) => boolean {
  const units = Array.from(
    { length: pattern.length },
    (_, at) => WILDCARDS[pattern.charAt(at)] ?? pattern.charCodeAt(at),
  );
  return globMatcher(units);
}
