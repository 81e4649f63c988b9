import type { Page } from 'playwright-core';

/** How long a page may take until what a picture waits for happens. */
export const PATIENCE_MS = 150_000;

const isSeen = (page: Page, selector: string, text?: RegExp) =>
  page
    .locator(selector, text && { hasText: text })
    .first()
    .waitFor({ timeout: PATIENCE_MS });

/** Resolves when nothing on the page moves any more: what has just appeared is there whole. */
const isStill = async (page: Page) => {
  await page.waitForFunction("document.getAnimations().every(({ playState }) => playState === 'finished')");
};

/** A ghost ball that has flown for a while, and the line that says what it is. Asked in each frame: it flies for half a second. */
const GHOST = `[...document.querySelectorAll('.ghost')].some((ghost) =>
  ghost.getAnimations({ subtree: true }).some(({ effect }) => effect.getComputedTiming().progress > 0.35))`;
const GHOST_IS_TOLD = `/At least once|Idempotent consumer/.test(document.querySelector('.narration')?.textContent)`;

/** Resolves when a ghost ball flies. */
export const ghostIsDrawn = async (page: Page): Promise<void> => {
  await page.waitForFunction(GHOST);
};

/** Resolves when none flies any more. */
export const ghostIsGone = async (page: Page): Promise<void> => {
  await page.waitForFunction("!document.querySelector('.ghost')");
};

/** Points, of which a hundred and more are written with a comma from a thousand on. */
const TWO_FIGURES = /^[\d,]{2,}$/;
const THREE_FIGURES = /^[\d,]{3,}$/;

/** What pictures wait for, by its name. Each resolves when the page shows it. */
export const events = {
  'the lobby tells of a rally and a game, and its floor pulses': async (page) => {
    await isSeen(page, '.feed li', /Ping-pong/);
    await isSeen(page, '.feed li', /Mafia/);
    await isSeen(page, '.floor .wire-node[data-look="running"]');
  },
  'a message of a line is open': (page) => isSeen(page, '.live-message'),
  'the open event has passed twice': async (page) => {
    await isSeen(page, '.events-row:has(details[open]) .events-inside');
    await isSeen(page, '.events-row:has(details[open]) .events-count', /×([2-9]|\d\d)/);
  },
  'a stroke numbered 3 or later is drawn': (page) => isSeen(page, '.middle', /stroke ([3-9]|\d\d)/),
  'a ghost ball is drawn and told of': async (page) => {
    await page.waitForFunction(`${GHOST} && ${GHOST_IS_TOLD}`);
  },
  'who accuses whom is drawn': async (page) => {
    await isSeen(page, '.string');
    await isStill(page);
  },
  'the index has answered': async (page) => {
    await isSeen(page, '.slip .bar');
    await isStill(page);
  },
  'two figures of points, of oneself and of others, are on the board': async (page) => {
    await isSeen(page, '.top-ten li[data-me="true"] .points', TWO_FIGURES);
    await isSeen(page, '.top-ten li:not([data-me="true"]) .points', TWO_FIGURES);
    await isSeen(page, '.narration', /./);
  },
  'the manager sees three figures of points, and how old they are': async (page) => {
    await isSeen(page, '.board-score', THREE_FIGURES);
    await isSeen(page, '.age-sum', / table /);
  },
  'three figures of points are on the wall': async (page) => {
    await isSeen(page, '.wall-score', THREE_FIGURES);
    await isSeen(page, '.wall-age', / table /);
    await isStill(page);
  },
  'each kind of bulb has answered': async (page) => {
    for (const kind of ['sync', 'push', 'polling', 'optimistic'])
      await isSeen(page, `.kind[data-kind="${kind}"] .kind-took`, /^\d/);
    await page.waitForFunction(`document.querySelectorAll('.fixture[data-look="on"]').length >= 4`);
    await isStill(page);
  },
  'the survivors are unmasked': async (page) => {
    await isSeen(page, '.seat[data-look="unmasked"]');
    await isStill(page);
  },
} satisfies Record<string, (page: Page) => Promise<void>>;

export type EventName = keyof typeof events;
