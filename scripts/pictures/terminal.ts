/** A piece of output, and when it came. */
export interface Output {
  /** Milliseconds after the command was started. */
  atMs: number;
  text: string;
}

/** How long one takes to type a letter. */
const LETTER_MS = 75;
/** A pause that is longer than that is cut: on a machine that does other things as well, starting takes long. */
const LONGEST_PAUSE_MS = 1000;
/** Between the last letter and the command's start. */
const ENTER_MS = 250;

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const shownAt = (atMs: number, text: string) =>
  `<span style="animation-delay:${Math.round(atMs)}ms">${escaped(text)}</span>`;

const STYLE = `
  * { box-sizing: border-box; margin: 0; }
  body { background: #0d0e14; color: #e9f5ec; }
  main { display: grid; grid-template-rows: auto 1fr; overflow: hidden; }
  header { padding: 0.7rem 1rem; background: #171923; color: #a9aec2; font: 600 14px/1 system-ui, sans-serif; }
  pre { padding: 1rem; background: #0b0d12; font: 13.5px/1.6 ui-monospace, 'DejaVu Sans Mono', monospace; white-space: pre-wrap; }
  b { color: #4fd1b8; }
  span { visibility: hidden; animation: shown 1ms forwards; }
  @keyframes shown { to { visibility: visible; } }`;

/**
 * A page that is a terminal in which `command` is typed and prints what it did print, at the times at which it did. It
 * begins when it is shown; the last piece has the class `last`. Width and height are in CSS pixels.
 */
export function terminalPage(
  title: string,
  command: string,
  output: readonly Output[],
  { width, height }: { width: number; height: number },
): string {
  const typed = [...command].map((letter, index) => shownAt((index + 1) * LETTER_MS, letter));
  let shownMs = command.length * LETTER_MS + ENTER_MS;
  let beforeMs = 0;
  const printed = output.map(({ atMs, text }) => {
    shownMs += Math.min(atMs - beforeMs, LONGEST_PAUSE_MS);
    beforeMs = atMs;
    return shownAt(shownMs, text);
  });
  const last = printed.pop()?.replace('<span', '<span class="last"') ?? '';
  return `<!doctype html><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style>
<main style="width:${width}px;height:${height}px"><header>${escaped(title)}</header><pre><b>$</b> ${typed.join('')}\n${printed.join('')}${last}</pre></main>`;
}
