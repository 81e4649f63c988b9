import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { GameSession } from '../src/space-invaders/session.ts';
import { addressOf, openWindow, overflows, type Window } from './browser.ts';
import { type StandIn, standIn } from './invadersStandIn.ts';

const PATIENCE_MS = 120_000;
/** As long as the service's own: a page that is drawn seldom still sees it counted. */
const COUNTDOWN_MS = 5_000;
/** By how much a page may take the service's clock for another: half the way of a ping and back, which a busy machine draws out. */
const EARLY_MS = 500;
/** How long anything may take to be seen: a busy machine is no failure. */
const SEEN_MS = 60_000;

let ann: Window;
let service: StandIn;
const page = () => ann.page;

beforeAll(async () => {
  ann = await openWindow();
  ann.page.setDefaultTimeout(PATIENCE_MS);
  service = await standIn(ann.page);
}, PATIENCE_MS);

afterAll(() => ann.close());

let opened = 0;

/** Another session than those before. */
function aSession(overrides: Partial<GameSession> = {}): GameSession {
  opened += 1;
  return {
    sessionId: `2026112${opened}T053800Z-test`,
    gameType: 'MULTIPLE_TRIALS',
    seats: 200,
    isSynchronized: false,
    openedAtMs: Date.now() + service.aheadMs,
    ...overrides,
  };
}

const primary = (label: string) => page().locator('.action-deck .primary', { hasText: new RegExp(`^${label}`) });
const says = (text: string | RegExp) => page().locator('.sky-words', { hasText: text }).waitFor();
const figure = (name: string) => page().locator(`.hud [data-figure="${name}"]`);
const isInGame = () => page().evaluate(() => document.activeElement?.matches('.sky') ?? false);
/** Waits until something is so. */
async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const endMs = Date.now() + SEEN_MS; Date.now() < endMs; await page().waitForTimeout(25))
    if (await isSo()) return;
  throw new Error(`not within ${SEEN_MS} ms: ${what}`);
}

/** Presses Tab until an element has the focus. */
async function tabTo(selector: string): Promise<void> {
  const isThere = () => page().evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
  for (let tabs = 0; tabs < 60 && !(await isThere()); tabs += 1) await page().keyboard.press('Tab');
  if (!(await isThere())) throw new Error(`no Tab leads to ${selector}`);
}

/** Twice as many frames as a game draws between two statuses. */
const STATUS_IN_FRAMES = 36;

/** Runs in the page: waits until so many frames are drawn. */
const drawn = (frames: number) =>
  new Promise<void>((resolve) => {
    let left = frames;
    const draw = () => {
      left -= 1;
      if (left > 0) requestAnimationFrame(draw);
      else resolve();
    };
    requestAnimationFrame(draw);
  });

/** Runs in the page: adds up what moves by itself, and counts frames in which the keyboard is nowhere. */
function watch() {
  const seen = { shifted: 0, framesWithoutFocus: 0 };
  Object.assign(globalThis, { seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.shifted += (entry as unknown as { value: number }).value;
  }).observe({ type: 'layout-shift' });
  const look = () => {
    if (document.activeElement === document.body) seen.framesWithoutFocus += 1;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
const watched = (of: Page) =>
  of.evaluate(() => (globalThis as unknown as { seen: { shifted: number; framesWithoutFocus: number } }).seen);

/** Runs in the page before anything of its own: counts what could sound. */
function countSounds() {
  const counted = { sounds: 0 };
  const { AudioContext } = globalThis;
  class Counted extends AudioContext {
    constructor() {
      super();
      counted.sounds += 1;
    }
  }
  Object.assign(globalThis, { AudioContext: Counted, counted });
}

/** In order: each goes on where the one before has left the page. */
describe('the page of Space Invaders', () => {
  it(
    'is played by the keyboard alone, tells how it goes from the first status on, and stands still while it is paused',
    async () => {
      await page().goto(addressOf('/space-invaders'));
      await page().locator('.cabinet[data-lamp="live"]').waitFor();
      await tabTo('.action-deck .primary');
      await page().evaluate(watch);
      await page().keyboard.press('Enter');
      await says('No session is open');
      service.tell(aSession());
      await says('There is room for 200.');
      await page().keyboard.press('Enter');
      await says('ready in');
      expect(await isInGame()).toBe(true);

      await page().keyboard.down('Space');
      await until(async () => Number(await figure('shots').textContent()) >= 3, 'three shots');
      await page().keyboard.up('Space');
      await page().keyboard.press('p');
      await says('Paused');
      const shots = await figure('shots').textContent();
      await until(() => String(service.posted.at(-1)?.shots) === shots, 'the last shot is told');
      const [first] = service.posted;
      const told = service.posted.length;
      await page().keyboard.down('Space');
      await page().evaluate(drawn, STATUS_IN_FRAMES);
      await page().keyboard.up('Space');

      expect(first).toMatchObject({ trial: 1, sequence: 1, score: 0, lives: 3, shots: 0, level: 1 });
      expect(service.posted.map(({ sequence }) => sequence)).toEqual(service.posted.map((_, index) => index + 1));
      expect(service.joins).toHaveLength(1);
      expect([await figure('shots').textContent(), service.posted.length]).toEqual([shots, told]);
      await page().keyboard.press('p');
      await primary('Pause').waitFor();
      const { shifted, framesWithoutFocus } = await watched(page());
      expect(shifted).toBeLessThan(0.02);
      expect(framesWithoutFocus).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'says that statuses are not taken, goes on with the newest when they are, and drops what is shot into the wire',
    async () => {
      service.statuses.push(429, 503, 429);
      await page().locator('.sky').focus();
      await page().keyboard.down('Space');
      await page().getByText('429: too many at once.').waitFor();
      await until(() => service.statuses.length === 0, 'three are refused');
      await until(
        async () => (await page().locator('.sky-line', { hasText: /./ }).count()) === 0,
        'nothing is said any more',
      );
      // Each that is hit falls through the edge of the screen, and on into the wire.
      await page().locator('.drops i').first().waitFor({ state: 'attached' });
      await page().keyboard.up('Space');
      await until(
        async () => String(service.posted.at(-1)?.shots) === (await figure('shots').textContent()),
        'the newest is told',
      );

      const sequences = service.posted.map(({ sequence }) => sequence);
      expect(sequences).toEqual([...new Set(sequences)].sort((one, other) => one - other));
    },
    PATIENCE_MS,
  );

  it(
    'asks for its seat again, in the middle of its game, when the connection is there again',
    async () => {
      const joins = service.joins.length;
      service.hangUp();
      await until(() => service.joins.length > joins, 'the seat is asked for');

      expect(service.joins.at(-1)).toMatchObject({ trial: 1 });
      expect(await primary('Pause').count()).toBe(1);
    },
    PATIENCE_MS,
  );

  it(
    'stops when the session is closed, shows who is on the board, and says why there is no seat in another one',
    async () => {
      const name = (await page().locator('.account-name').textContent()) ?? '';
      service.rows = [
        { name: 'Grace', isBot: true, score: 500, shots: 9, level: 2, lives: 1, trial: 1, arrivedAtMs: 1 },
        { name, isBot: false, score: 5, shots: 9, level: 1, lives: 3, trial: 1, arrivedAtMs: 1 },
      ];
      service.tell({ ...aSession(), sessionId: service.joins[0]?.sessionId ?? '', closedAtMs: Date.now() });
      await says('The session is over');
      await page().locator('.top-ten li[data-me="true"]', { hasText: name }).waitFor();
      expect(await page().locator('.top-ten li').first().textContent()).toMatch(/Grace bot.*500/);
      const told = service.posted.length;

      service.tell(aSession());
      service.refusals.push('session-full', 'cannot-play-again');
      await primary('Play').click();
      await says('All 200 seats are taken');
      await primary('Try again').click();
      await says('You have had your game');
      expect(service.posted).toHaveLength(told);
    },
    PATIENCE_MS,
  );

  it(
    'counts down to the moment that a manager calls, by the service’s clock, and begins at it by itself',
    async () => {
      // The page's own clock is seven minutes behind.
      service.aheadMs = 420_000;
      // The board draws the page anew, each time that it is asked: who begins must not wait for that.
      service.boardEveryMs = 600_000;
      const session = aSession({ isSynchronized: true, gameType: 'SINGLE_TRIAL' });
      service.session = session;
      await page().reload();
      await says('Everybody starts at the same moment.');
      await primary('Join').click();
      await says('You are in');
      const startsAtMs = Date.now() + service.aheadMs + COUNTDOWN_MS;
      service.tell({ ...session, startsAtMs });
      await page().getByRole('timer').waitFor();
      expect(Number(await page().getByRole('timer').textContent())).toBeLessThanOrEqual(COUNTDOWN_MS / 1_000);
      await primary('Pause').waitFor();
      const begunAtMs = Date.now() + service.aheadMs;
      await until(() => service.posted.at(-1)?.sessionId === session.sessionId, 'the first status is told');

      const sentAtMs = service.posted.at(-1)?.sentAtMs ?? 0;
      expect(begunAtMs).toBeGreaterThanOrEqual(startsAtMs - EARLY_MS);
      expect(sentAtMs).toBeGreaterThanOrEqual(startsAtMs - EARLY_MS);
      expect(await isInGame()).toBe(true);
      expect(ann.errors.filter((error) => !/^Failed to load resource|WebSocket/.test(error))).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'fits a phone, also a narrow one, where thumbs play, and practice is told to nobody',
    async () => {
      const phone = await openWindow({ phone: true });
      try {
        const { page } = phone;
        page.setDefaultTimeout(PATIENCE_MS);
        const behind = await standIn(page);
        await page.goto(addressOf('/space-invaders'));
        await page.getByRole('button', { name: 'Play as a guest', exact: true }).tap();
        await page.getByRole('button', { name: 'Practise', exact: true }).tap();
        await page.locator('.sky-words', { hasText: 'ready in' }).waitFor({ state: 'detached' });
        const [row, link] = await Promise.all(
          ['nav', 'nav [aria-current]'].map((part) => page.locator(`.shell ${part}`).boundingBox()),
        );
        expect((link?.x ?? 0) + (link?.width ?? 0)).toBeLessThanOrEqual((row?.x ?? 0) + (row?.width ?? 0) + 1);
        const fire = page.getByRole('button', { name: 'Fire' });
        const { x = 0, y = 0, width = 0, height = 0 } = (await fire.boundingBox()) ?? {};
        // Held, not tapped: a tap is over before a frame is drawn.
        await fire.dispatchEvent('pointerdown', { pointerId: 1, isPrimary: true, bubbles: true });
        await page.locator('.hud [data-figure="shots"]', { hasText: /[1-9]/ }).waitFor();
        await fire.dispatchEvent('pointerup', { pointerId: 1, isPrimary: true, bubbles: true });

        const [deck, cabinet] = [await page.locator('.deck').boundingBox(), page.locator('.cabinet')];
        // What is on the screen is old: the thumbs stay where they are, and the marquee says since when.
        await cabinet.evaluate((one) => one.setAttribute('data-lamp', 'stale'));
        expect(await fire.boundingBox()).toMatchObject({ x, y });
        await page.locator('.lamp').evaluate((lamp) => lamp.replaceChildren('last seen 12 s ago'));
        const lamp = await page.locator('.lamp').boundingBox();
        expect((lamp?.x ?? 0) + (lamp?.width ?? 0)).toBeLessThanOrEqual(390);
        await cabinet.evaluate((one) => one.setAttribute('data-lamp', 'live'));
        expect(x + width).toBeLessThanOrEqual(390);
        expect(y + height).toBeLessThanOrEqual(deck?.y ?? 0);
        expect(await overflows(page)).toBe(false);
        await page.setViewportSize({ width: 320, height: 640 });
        expect(await overflows(page)).toBe(false);
        for (const part of ['.action-deck .primary', '.break-it-toggle', '.sound', '.top-ten .points', '.thumb']) {
          const box = (await page.locator(part).last().boundingBox()) ?? { x: -1, width: 0 };
          expect({ part, isWhole: box.x >= 0 && box.x + box.width <= 320 }).toEqual({ part, isWhole: true });
        }
        expect(behind.posted).toEqual([]);
      } finally {
        await phone.close();
      }
    },
    PATIENCE_MS,
  );

  it(
    'is silent through a game until its sound is asked for',
    async () => {
      const quiet = await openWindow();
      try {
        const { page } = quiet;
        page.setDefaultTimeout(PATIENCE_MS);
        await standIn(page);
        await page.addInitScript(countSounds);
        await page.goto(addressOf('/space-invaders'));
        await page.getByRole('button', { name: 'Play as a guest', exact: true }).click();
        await page.getByRole('button', { name: 'Practise', exact: true }).click();
        await page.locator('.sky').focus();
        await page.keyboard.down('Space');
        await page.locator('.hud [data-figure="shots"]', { hasText: /[1-9]/ }).waitFor();
        await page.keyboard.up('Space');
        const heard = async () => [
          await page.locator('.sound').getAttribute('aria-pressed'),
          await page.evaluate(() => (globalThis as unknown as { counted: { sounds: number } }).counted.sounds),
        ];

        expect(await heard()).toEqual(['false', 0]);
        await page.locator('.sound').click();
        expect(await heard()).toEqual(['true', 1]);
      } finally {
        await quiet.close();
      }
    },
    PATIENCE_MS,
  );
});
