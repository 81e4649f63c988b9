/**
 * The text of a `Fn::Sub` with what `textOf` gives for each `${name}`, read once from left to right: however many begin and do
 * not end, it takes no longer.
 */
export function replacePlaceholders(text: string, textOf: (name: string) => string): string {
  let result = '';
  let end = 0;
  for (let start = text.indexOf('${'); start >= 0; start = text.indexOf('${', end)) {
    const close = text.indexOf('}', start);
    if (close < 0) break;
    result += text.slice(end, start) + textOf(text.slice(start + 2, close));
    end = close + 1;
  }
  return result + text.slice(end);
}
