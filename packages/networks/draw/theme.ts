import type { Kind } from '../core/settings.ts';

export type Family = 'function' | 'message' | 'store' | 'entry' | 'outside';

/** Kinds of the same nature share a colour; the shape and the icon tell them apart, so colour is never alone. */
export const FAMILY: Readonly<Record<Kind, Family>> = {
  function: 'function',
  queue: 'message',
  topic: 'message',
  bus: 'message',
  stream: 'message',
  table: 'store',
  http: 'entry',
  websocket: 'entry',
  schedule: 'entry',
  skill: 'entry',
  external: 'outside',
  users: 'entry',
  identities: 'entry',
  archive: 'store',
  pipe: 'message',
  log: 'store',
  secret: 'store',
  key: 'store',
  timer: 'entry',
  delivery: 'message',
  bucket: 'store',
  parameter: 'store',
  catalog: 'store',
};

/** The colours of patterns, in their order: of a frame's line and title, and what the frame is filled with, light and dark. */
export const PATTERN_COLOURS: readonly {
  readonly light: string;
  readonly dark: string;
  readonly fill: readonly [light: string, dark: string];
}[] = [
  { light: '#0f6b5c', dark: '#4fd1b8', fill: ['#e4f4f1', '#0c2a26'] },
  { light: '#745600', dark: '#f2cf62', fill: ['#f8f1d8', '#2b2408'] },
  { light: '#8c1c3a', dark: '#ff9bb2', fill: ['#fce8ec', '#341219'] },
  { light: '#0b5c8a', dark: '#7cc4f2', fill: ['#e4f0fa', '#0c2637'] },
  { light: '#3f6212', dark: '#a9dc5c', fill: ['#ecf4dd', '#1c2a0b'] },
  { light: '#5b3a9b', dark: '#c0a6f7', fill: ['#f0eafb', '#231839'] },
  { light: '#8a4207', dark: '#ffb27a', fill: ['#fdebdd', '#33200d'] },
  { light: '#3d4a5c', dark: '#b4c0d1', fill: ['#e8ecf1', '#222932'] },
  { light: '#842a6f', dark: '#f3a0df', fill: ['#fbe8f6', '#301030'] },
  { light: '#1c6a33', dark: '#7fd895', fill: ['#e1f4e5', '#0d2b15'] },
];

/** Colours by name, light and dark: text has a contrast of at least 7 to 1 with what it stands on, lines of 4.5. */
export const COLOURS: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  ground: ['#ffffff', '#161b22'],
  frame: ['#d0d7de', '#3d444d'],
  text: ['#1f2328', '#f0f3f6'],
  quiet: ['#3f474f', '#cdd4db'],
  event: ['#a3265f', '#ff8fc0'],
  data: ['#3455b5', '#9db8ff'],
  call: ['#59636e', '#b7bfc8'],
  failure: ['#b3261e', '#ff9d92'],
  'function-fill': ['#fff1e0', '#3d2706'],
  'function-line': ['#b35c00', '#ffb35c'],
  'message-fill': ['#fdebf3', '#401329'],
  'message-line': ['#a3265f', '#ff8fc0'],
  'store-fill': ['#ebf0ff', '#141f45'],
  'store-line': ['#3455b5', '#9db8ff'],
  'entry-fill': ['#f3eeff', '#291a4d'],
  'entry-line': ['#6640b8', '#c3a8ff'],
  'outside-fill': ['#f2f4f6', '#262c33'],
  'outside-line': ['#59636e', '#b7bfc8'],
  ...Object.fromEntries(
    PATTERN_COLOURS.flatMap(({ light, dark, fill }, at) => [
      [`pattern${at}-fill`, fill],
      [`pattern${at}-line`, [light, dark]],
    ]),
  ),
};

/** Which of the colours a theme has: its place among the themes of a drawing. */
export const patternOf = (themes: readonly string[], theme: string): number =>
  themes.indexOf(theme) % PATTERN_COLOURS.length;

/** The colours of a theme among the themes of a drawing. */
export const patternColours = (themes: readonly string[], theme: string): (typeof PATTERN_COLOURS)[number] =>
  PATTERN_COLOURS[patternOf(themes, theme)] as (typeof PATTERN_COLOURS)[number];

const families = [...new Set(Object.values(FAMILY))]
  .map(
    (family) =>
      `.${family}{fill:var(--${family}-fill);stroke:var(--${family}-line)}.${family}-icon{stroke:var(--${family}-line)}`,
  )
  .join('');

const lines = ['event', 'data', 'call', 'failure']
  .map((line) => `.${line}{stroke:var(--${line})}.${line}-tip{fill:var(--${line})}`)
  .join('');

const SHEET = [
  'text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;fill:var(--text)}',
  '.ground{fill:var(--ground);stroke:var(--frame)}',
  '.name{font-size:14px;font-weight:600}',
  '.quiet{font-size:11px;fill:var(--quiet)}',
  '.title{font-size:16px;font-weight:600}',
  '.group{stroke-width:1.5}',
  '.pattern{font-size:12px;font-weight:600}',
  '.shape{stroke-width:1.5}',
  '.open{stroke-dasharray:2 3}',
  '.outside{stroke-dasharray:6 4}',
  '.icon{fill:none;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}',
  '.line{fill:none;stroke-width:1.6}',
  '.event{stroke-width:2.2}',
  '.data{stroke-dasharray:7 4}',
  '.call{stroke-dasharray:2 4;stroke-linecap:round}',
  '.failure{stroke-dasharray:9 3 2 3}',
  families,
  lines,
];

/**
 * The sheet that stands in an SVG with these patterns, by their places: it follows the reader's setting, wherever the picture
 * is shown.
 */
export const styleOf = (patterns: readonly number[]): string => {
  const used = [...new Set(patterns)].sort((one, other) => one - other);
  const isUsed = (name: string): boolean =>
    !name.startsWith('pattern') || used.some((at) => name.startsWith(`pattern${at}-`));
  const variables = (column: 0 | 1): string =>
    Object.entries(COLOURS)
      .filter(([name]) => isUsed(name))
      .map(([name, pair]) => `--${name}:${pair[column]}`)
      .join(';');
  const classes = used.map(
    (at) =>
      `.pattern${at}{fill:var(--pattern${at}-fill);stroke:var(--pattern${at}-line)}.pattern${at}-mark{fill:var(--pattern${at}-line)}`,
  );
  return [
    `:root{${variables(0)}}`,
    `@media (prefers-color-scheme:dark){:root{${variables(1)}}}`,
    ...SHEET,
    ...classes,
  ].join('\n');
};
