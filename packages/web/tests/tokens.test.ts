import { describe, expect, it } from '@jest/globals';
import { type Colour, colourTokens, contrast } from './contrast.ts';

const rules = colourTokens();
const shared = rules.get(':root') ?? new Map<string, Colour>();
const accents = [...rules].flatMap(([selector, tokens]) => (tokens.has('accent') ? [[selector, tokens] as const] : []));

const tokenOf = (name: string, tokens: ReadonlyMap<string, Colour> = shared): Colour => {
  const colour = tokens.get(name);
  if (!colour) throw new Error(`tokens.css has no colour --${name}`);
  return colour;
};

/** Pairs that stand out too little, in words: empty where all is well. */
function tooWeak(colours: readonly [string, Colour][], grounds: readonly string[], least: number): string[] {
  return colours.flatMap(([name, colour]) =>
    grounds.flatMap((ground) =>
      (['light', 'dark'] as const).flatMap((scheme) => {
        const ratio = contrast(colour[scheme], tokenOf(ground)[scheme]);
        return ratio < least ? [`${name} on ${ground}, ${scheme}: ${ratio.toFixed(2)}`] : [];
      }),
    ),
  );
}

const named = (...names: string[]) => names.map((name): [string, Colour] => [name, tokenOf(name)]);
const GROUNDS = ['room', 'panel', 'sunk'];

describe('the colours', () => {
  it('can be read as text on every ground, by day and by night', () => {
    const texts = named('ink', 'soft', 'fn', 'msg', 'store', 'entry', 'good', 'bad', 'warn');

    expect(tooWeak(texts, GROUNDS, 4.5)).toEqual([]);
  });

  it('give every scenario and the lobby an accent that can be read, and be written on', () => {
    expect(accents).toHaveLength(6);
    for (const [selector, tokens] of accents) {
      const [accent, ink] = [tokenOf('accent', tokens), tokenOf('accent-ink', tokens)];

      expect(tooWeak([[selector, accent]], GROUNDS, 4.5)).toEqual([]);
      expect(contrast(accent.light, ink.light)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(accent.dark, ink.dark)).toBeGreaterThanOrEqual(4.5);
      expect(tokenOf('glow', tokens).light).toBe(accent.dark);
    }
  });

  it('show the edge of a control, and where the focus is, on every ground', () => {
    expect(tooWeak(named('edge', 'focus'), GROUNDS, 3)).toEqual([]);
  });

  it('can be read on the screen, which is always dark: its own, and the dark value of all others', () => {
    const onScreen = ['phosphor', 'dim', 'soft', 'fn', 'msg', 'store', 'entry', 'good', 'bad', 'warn', 'focus'];
    const nightly = onScreen.map((name): [string, Colour] => {
      const { dark } = tokenOf(name);
      return [name, { light: dark, dark }];
    });

    expect(tooWeak(nightly, ['screen'], 4.5)).toEqual([]);
  });

  it.each(['fn', 'msg', 'store', 'entry'])('can be read on the fill of their family: %s', (family) => {
    expect(tooWeak(named(family, 'ink'), [`${family}-f`], 4.5)).toEqual([]);
  });
});
