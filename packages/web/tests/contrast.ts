import { readFileSync } from 'node:fs';

const COLOUR = /--([\w-]+):\s*(?:light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)|(#[0-9a-f]{6}));/g;

/** The two values of a colour token. */
export interface Colour {
  light: string;
  dark: string;
}

/** The colours that a rule of `tokens.css` gives, by the rule's selector and the token's name without its dashes. */
export function colourTokens(): Map<string, Map<string, Colour>> {
  const css = readFileSync(new URL('../src/ui/tokens.css', import.meta.url), 'utf8');
  const rules = new Map<string, Map<string, Colour>>();
  for (const [, selector = '', body = ''] of css.matchAll(/^([^\s/].*) \{\n([^}]*)\}/gm)) {
    const found = [...body.matchAll(COLOUR)].map(([, name = '', light, dark, both = '']) => [
      name,
      { light: light ?? both, dark: dark ?? both },
    ]);
    rules.set(selector, new Map(found as [string, Colour][]));
  }
  return rules;
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((start) => Number.parseInt(hex.slice(start, start + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** How two colours (`#rrggbb`) stand out against each other, by WCAG: 1 to 21. */
export function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}
