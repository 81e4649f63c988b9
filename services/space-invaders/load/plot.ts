import type { Second } from './figures.ts';
import { AGE_GOAL_MS } from './tables.ts';

/** A line of a panel: a value for each second, NaN where there is none. */
interface Line {
  label: string;
  look: 'first' | 'second';
  values: number[];
}

/** One of the plots above each other, with a scale of its own. */
interface Panel {
  title: string;
  lines: Line[];
  /** A level that is not to be passed. */
  goal?: { label: string; at: number };
}

const WIDTH = 800;
const PANEL = { left: 60, right: 150, top: 34, height: 130, gap: 34 };
/** The tokens of the arcade's pages. */
const STYLE = `
    svg { font: 13px system-ui, sans-serif; background: #fff; color: #191b24; }
    .title { font-weight: 700; } .soft, .tick { fill: #525665; } .tick { font-size: 11px; }
    text { fill: currentColor; } .axis { stroke: #c9c4b4; } .goal { stroke: #8b8677; stroke-dasharray: 5 4; }
    .line { fill: none; stroke-width: 1.5; } .first { stroke: #0b6680; } .second { stroke: #a3265f; stroke-dasharray: 3 2; }
    .kill { stroke: #9a4e00; stroke-width: 1.5; }
    @media (prefers-color-scheme: dark) {
      svg { background: #171923; color: #f0f1f7; } .soft, .tick { fill: #a9aec2; } .axis { stroke: #33374a; } .goal { stroke: #686e88; }
      .first { stroke: #5cd3f0; } .second { stroke: #ff8fc0; } .kill { stroke: #ffb35c; }
    }`;

const xml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const rounded = (value: number) => Number(value.toFixed(1));

/** The smallest of 1, 2 and 5 times a power of ten that is not below the value. */
export function scaleFor(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

/** A run second by second, as SVG: statuses, how long their POSTs took, how old the board was, and what was written; `killedAt` in seconds. */
export function plotOf(title: string, seconds: readonly Second[], killedAt?: number): string {
  const of = (pick: (second: Second) => number) => seconds.map(pick);
  const panels: Panel[] = [
    {
      title: 'Statuses a second',
      lines: [
        { label: 'taken', look: 'first', values: of(({ taken }) => taken) },
        { label: 'not taken', look: 'second', values: of(({ failed }) => failed) },
      ],
    },
    {
      title: 'POST to answer, ms',
      lines: [
        { label: 'p50', look: 'first', values: of(({ postP50Ms }) => postP50Ms) },
        { label: 'p99', look: 'second', values: of(({ postP99Ms }) => postP99Ms) },
      ],
    },
    {
      title: 'Age of the scoreboard, s',
      lines: [
        { label: 'p50', look: 'first', values: of(({ ageP50Ms }) => ageP50Ms / 1000) },
        { label: 'p99', look: 'second', values: of(({ ageP99Ms }) => ageP99Ms / 1000) },
      ],
      goal: { label: `goal ${AGE_GOAL_MS / 1000} s`, at: AGE_GOAL_MS / 1000 },
    },
    {
      title: 'Writes to tables a second',
      lines: [{ label: 'requests', look: 'first', values: of(({ writes }) => writes) }],
    },
  ];
  const step = PANEL.height + PANEL.gap;
  const height = PANEL.top + panels.length * step + 20;
  const body = panels.flatMap((panel, at) => drawn(panel, PANEL.top + PANEL.gap - 8 + at * step, killedAt));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${xml(title)}">`,
    `  <style>${STYLE}\n  </style>`,
    `  <text class="title" x="${PANEL.left}" y="20">${xml(title)}</text>`,
    ...body.map((line) => `  ${line}`),
    `  <text class="tick" x="${WIDTH - PANEL.right}" y="${height - 6}" text-anchor="end">${seconds.length} s</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function drawn({ title, lines, goal }: Panel, top: number, killedAt: number | undefined): string[] {
  const values = lines.flatMap((line) => line.values).filter(Number.isFinite);
  const most = scaleFor(Math.max(goal?.at ?? 0, ...values));
  const count = Math.max(2, lines[0]?.values.length ?? 0);
  const right = WIDTH - PANEL.right;
  const x = (second: number) => rounded(PANEL.left + (second / (count - 1)) * (right - PANEL.left));
  const y = (value: number) => rounded(top + PANEL.height - (value / most) * PANEL.height);
  const axes = [0, most / 2, most].flatMap((value) => [
    `<line class="axis" x1="${PANEL.left}" x2="${right}" y1="${y(value)}" y2="${y(value)}"/>`,
    `<text class="tick" x="${PANEL.left - 6}" y="${y(value) + 4}" text-anchor="end">${value}</text>`,
  ]);
  const legend = lines.map(
    ({ label, look }, at) =>
      `<line class="line ${look}" x1="${right + 10}" x2="${right + 28}" y1="${top + 10 + at * 20}" y2="${top + 10 + at * 20}"/>` +
      `<text x="${right + 34}" y="${top + 14 + at * 20}">${xml(label)}</text>`,
  );
  const paths = lines.flatMap(({ values: all, look }) =>
    pieces(all).map(
      (piece) =>
        `<polyline class="line ${look}" points="${piece.map(([at, value]) => `${x(at)},${y(value)}`).join(' ')}"/>`,
    ),
  );
  return [
    `<text class="soft" x="${PANEL.left}" y="${top - 8}">${xml(title)}</text>`,
    ...axes,
    ...(goal
      ? [
          `<line class="goal" x1="${PANEL.left}" x2="${right}" y1="${y(goal.at)}" y2="${y(goal.at)}"/>`,
          `<text class="tick" x="${right + 6}" y="${y(goal.at) + 4}">${xml(goal.label)}</text>`,
        ]
      : []),
    ...(killedAt === undefined
      ? []
      : [
          `<line class="kill" x1="${x(killedAt)}" x2="${x(killedAt)}" y1="${top}" y2="${top + PANEL.height}"><title>kill -9</title></line>`,
        ]),
    ...paths,
    ...legend,
  ];
}

/** The runs of values that are there. */
function pieces(values: readonly number[]): [at: number, value: number][][] {
  const found: [number, number][][] = [];
  let isOpen = false;
  for (const [at, value] of values.entries()) {
    if (!Number.isFinite(value)) isOpen = false;
    else if (isOpen) found.at(-1)?.push([at, value]);
    else {
      found.push([[at, value]]);
      isOpen = true;
    }
  }
  return found;
}
