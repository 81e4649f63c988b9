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
};

const variables = (column: 0 | 1): string =>
  Object.entries(COLOURS)
    .map(([name, pair]) => `--${name}:${pair[column]}`)
    .join(';');

const families = [...new Set(Object.values(FAMILY))]
  .map(
    (family) =>
      `.${family}{fill:var(--${family}-fill);stroke:var(--${family}-line)}.${family}-icon{stroke:var(--${family}-line)}`,
  )
  .join('');

const lines = ['event', 'data', 'call', 'failure']
  .map((line) => `.${line}{stroke:var(--${line})}.${line}-tip{fill:var(--${line})}`)
  .join('');

/** The sheet that stands in every SVG: it follows the reader's setting, wherever the picture is shown. */
export const STYLE = [
  `:root{${variables(0)}}`,
  `@media (prefers-color-scheme:dark){:root{${variables(1)}}}`,
  'text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;fill:var(--text)}',
  '.ground{fill:var(--ground);stroke:var(--frame)}',
  '.name{font-size:14px;font-weight:600}',
  '.quiet{font-size:11px;fill:var(--quiet)}',
  '.title{font-size:16px;font-weight:600}',
  '.group{fill:none;stroke:var(--call);stroke-dasharray:1 4;stroke-linecap:round}',
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
].join('\n');
