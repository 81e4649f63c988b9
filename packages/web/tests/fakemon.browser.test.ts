import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page, Route } from 'playwright-core';
import { addressOf, openWindow, overflows, type Window } from './browser.ts';

const PATIENCE_MS = 90_000;

let ann: Window;
let ben: Window;

beforeAll(async () => {
  [ann, ben] = await Promise.all([openWindow(), openWindow()]);
  for (const { page } of [ann, ben]) page.setDefaultTimeout(PATIENCE_MS);
}, PATIENCE_MS);

afterAll(() => Promise.all([ann.close(), ben.close()]));

let put = 0;

/**
 * Puts a stone, or a turtle, which do not dodge either, into the world: it would take the schedule up to a minute, and nobody
 * knows where it puts one. Gives its id.
 */
async function putStone({ x = 500, y = 500, units = 1, species = 'pebblo' } = {}): Promise<string> {
  put += 1;
  const fakemonId = `stone-${put}`;
  const nowMs = Date.now();
  const number = (value: number) => ({ N: String(value) });
  const text = (value: string) => ({ S: value });
  const answer = await fetch(process.env.ARCADE_LOCAL_AWS_URL ?? '', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.PutItem',
      // The laptop itself.
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20300101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({
      TableName: 'fakemon-local-world',
      Item: {
        ...{ fakemonId: text(fakemonId), species: text(species), place: text('world'), salt: text('s') },
        ...{ x: number(x), y: number(y), units: number(units), unitsLeft: number(units), winners: { M: {} } },
        ...{ appearsAtMs: number(nowMs - 1_000), expiresAtMs: number(nowMs + 300_000) },
      },
    }),
  });
  if (!answer.ok) throw new Error(`no stone was put: ${await answer.text()}`);
  return fakemonId;
}

const primary = (page: Page) => page.locator('.action-deck .primary');
/** By the end of its id: what comes before is the page's own. */
const sight = (page: Page, fakemonId: string) => page.locator(`.sight[id$="${fakemonId}"]`);
const isAimedAt = (page: Page, fakemonId: string) =>
  page.locator(`.sight[id$="${fakemonId}"][aria-selected="true"]`).waitFor();
const lampIs = (page: Page, state: string) => page.locator(`.cabinet[data-lamp="${state}"]`).waitFor();
/** What became of the latest throw, as it is read out. */
const verdict = (page: Page) => page.locator('main > [role="status"]');
const count = (page: Page, species: string) => page.locator('.dex li', { hasText: species }).locator('.dex-count');

/** Presses Tab until an element has the focus. */
async function tabTo(page: Page, selector: string, key = 'Tab'): Promise<void> {
  const isThere = () => page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
  for (let tabs = 0; tabs < 60 && !(await isThere()); tabs += 1) await page.keyboard.press(key);
  if (!(await isThere())) throw new Error(`no ${key} leads to ${selector}`);
}

/** Comes in with the keyboard alone, and goes to the map. */
async function comeIn(page: Page): Promise<void> {
  await page.goto(addressOf('/fakemon'));
  await lampIs(page, 'live');
  await page.getByRole('button', { name: 'Play as a guest', exact: true }).waitFor();
  await tabTo(page, '.action-deck .primary');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Throw', exact: true }).waitFor();
  // Whoever has come in is where they throw.
  expect(await primary(page).evaluate((button) => button === document.activeElement)).toBe(true);
  await tabTo(page, '[role="listbox"]', 'Shift+Tab');
}

/** Runs in the page: adds up what moves by itself, and counts frames in which the keyboard is nowhere. */
function watch() {
  const seen = { shifted: 0, framesWithoutFocus: 0 };
  Object.assign(globalThis, { seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.shifted += (entry as unknown as { value: number }).value;
  }).observe({ type: 'layout-shift', buffered: true });
  const look = () => {
    if (document.activeElement === document.body) seen.framesWithoutFocus += 1;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
const watched = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { seen: { shifted: number; framesWithoutFocus: number } }).seen);

/** Holds the throws of all these pages back until each has thrown: none can have seen the other's outcome. */
async function throwTogether(pages: readonly Page[]): Promise<void> {
  const held: Route[] = [];
  const letGo = async (route: Route) => {
    held.push(route);
    if (held.length === pages.length) await Promise.all(held.map((one) => one.continue()));
  };
  for (const page of pages) await page.route('**/api/fakemon/captures', letGo, { times: 1 });
  for (const page of pages) await page.keyboard.press('Enter');
}

/** In order: each goes on where the one before has left both players. */
describe('the page of Fakémon', () => {
  it(
    'gives the last unit to one of two players in two browsers, by the keyboard alone; the other is told by whom it was taken, and how much earlier',
    async () => {
      await Promise.all([comeIn(ann.page), comeIn(ben.page)]);
      // Of a board on which few others are: it has ten places.
      for (const { page } of [ann, ben]) await page.getByLabel('Ranking of').selectOption('mossback');
      for (const { page } of [ann, ben]) await page.locator('.sights').focus();
      const stone = await putStone({ species: 'mossback' });
      await Promise.all([isAimedAt(ann.page, stone), isAimedAt(ben.page, stone)]);
      await Promise.all([ann.page.evaluate(watch), ben.page.evaluate(watch)]);

      await throwTogether([ann.page, ben.page]);

      const words = await Promise.all(
        [ann, ben].map(async ({ page }) => {
          await verdict(page).filter({ hasText: /./ }).waitFor();
          return (await verdict(page).textContent()) ?? '';
        }),
      );
      const [winner, loser] = words[0] === 'A Mossback is yours.' ? [ann, ben] : [ben, ann];
      const me = winner.page.locator('.ranking li[data-me="true"]');
      await me.waitFor();
      const name = (await me.locator('.ranked-name').textContent()) ?? '';
      expect(words).toContain('A Mossback is yours.');
      expect(words).toContainEqual(
        expect.stringMatching(new RegExp(`^Mossback was taken [\\d.]+ (ms|s) earlier by ${name}\\.$`)),
      );
      expect(await me.locator('.ranked-count').textContent()).toBe('1');
      // All see who has most, and that it is gone; only one has it.
      await loser.page.locator('.ranking li', { hasText: name }).waitFor();
      expect(await loser.page.locator('.ranking li[data-me="true"]').count()).toBe(0);
      await Promise.all([ann, ben].map(({ page }) => sight(page, stone).waitFor({ state: 'detached' })));
      expect(await count(winner.page, 'Mossback').textContent()).toBe('1');
      expect(await count(loser.page, 'Mossback').textContent()).toBe('0');
      for (const { page, errors } of [ann, ben]) {
        const { shifted, framesWithoutFocus } = await watched(page);
        expect(shifted).toBeLessThan(0.02);
        expect(framesWithoutFocus).toBe(0);
        // That an attempt is not decided yet is an answer like any other; the browser notes it all the same.
        expect(errors.filter((error) => !error.startsWith('Failed to load resource'))).toEqual([]);
      }
    },
    PATIENCE_MS,
  );

  it(
    'aims by arrows, and shows one unit less to all',
    async () => {
      const { page } = ann;
      // Side by side, where nobody is whom the schedule brings or another run has left.
      const x = 100 + Math.floor(Math.random() * 800);
      const [left, right] = [await putStone({ x, units: 3 }), await putStone({ x: x + 1 })];
      await Promise.all([left, right].map((stone) => sight(page, stone).waitFor()));
      for (let keys = 0; keys < 40; keys += 1) await page.keyboard.press('ArrowLeft');
      for (
        let keys = 0;
        keys < 40 && !(await page.locator(`.sight[id$="${right}"][aria-selected="true"]`).count());
        keys += 1
      )
        await page.keyboard.press('ArrowRight');

      await page.keyboard.press('ArrowLeft');
      await isAimedAt(page, left);
      await page.keyboard.press('Space');

      await sight(ben.page, left)
        .and(ben.page.getByRole('option', { name: /2 of 3 left$/ }))
        .waitFor();
      await sight(page, left)
        .and(page.getByRole('option', { name: /2 of 3 left$/ }))
        .waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'tells the outcome also without a socket, says within three seconds that nobody answers, and goes on by itself',
    async () => {
      const { page } = ben;
      let isDown = true;
      const isUp = new Promise<void>((resolve) => {
        void page.routeWebSocket(/\/api\/fakemon\/socket/, (socket) => {
          if (isDown) return void socket.close();
          socket.connectToServer();
          resolve();
        });
      });
      await page.reload();
      await page.getByRole('button', { name: 'Throw', exact: true }).waitFor();
      // The collection is there.
      await page.locator('.shelf-count', { hasText: /\d/ }).waitFor();
      const before = Number(await count(page, 'Pebblo').textContent());
      const stone = await putStone();
      await isAimedAt(page, stone);

      await primary(page).click();
      await verdict(page).filter({ hasText: 'A Pebblo is yours.' }).waitFor();
      await count(page, 'Pebblo')
        .filter({ hasText: String(before + 1) })
        .waitFor();
      await page.route('**/api/fakemon/**', (route) => route.abort());
      await lampIs(page, 'stale');
      await page.reload();
      await page.getByText('Insert service').waitFor();

      await page.unroute('**/api/fakemon/**');
      isDown = false;
      await lampIs(page, 'live');
      const another = await putStone({ units: 2 });
      await isAimedAt(page, another);
      await isUp;
      await sight(ann.page, another).waitFor();
      // Another one may stand half before it: the map takes the nearest.
      await sight(ann.page, another).click({ force: true });
      await sight(page, another)
        .and(page.getByRole('option', { name: /1 of 2 left$/ }))
        .waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'fits a phone, also a narrow one, where a tap throws, and nothing travels where that is asked for',
    async () => {
      const phone = await openWindow({ phone: true });
      try {
        const { page } = phone;
        page.setDefaultTimeout(PATIENCE_MS);
        await page.goto(addressOf('/fakemon'));
        await lampIs(page, 'live');
        await page.emulateMedia({ reducedMotion: 'reduce' });
        const stone = await putStone({ x: 300, y: 300, units: 5 });
        await sight(page, stone).waitFor();
        expect(await overflows(page)).toBe(false);
        await page.setViewportSize({ width: 320, height: 640 });
        expect(await overflows(page)).toBe(false);
        for (const part of ['.dex li', '.ranked-count', '.action-deck .primary', '.break-it-toggle']) {
          const { x, width } = (await page.locator(part).last().boundingBox()) ?? { x: -1, width: 0 };
          expect({ part, isWhole: x >= 0 && x + width <= 320 }).toEqual({ part, isWhole: true });
        }

        await page.getByRole('button', { name: 'Play as a guest', exact: true }).tap();
        await page.getByRole('button', { name: 'Throw', exact: true }).waitFor();
        const { y = 0, height = 0 } = (await primary(page).boundingBox()) ?? {};
        await sight(page, stone).tap({ force: true });
        await verdict(page).filter({ hasText: 'A Pebblo is yours.' }).waitFor();

        expect(y + height).toBeLessThanOrEqual(640);
        expect(
          await page.evaluate(() => document.getAnimations().map((one) => (one as CSSAnimation).animationName)),
        ).toEqual(expect.not.arrayContaining(['fly', 'burst', 'caught', 'appear']));
      } finally {
        await phone.close();
      }
    },
    PATIENCE_MS,
  );
});
