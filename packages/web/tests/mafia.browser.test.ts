import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Game, TurnAnswer } from '../src/mafia/gameView.ts';
import { addressOf, openWindow, overflows, type Window } from './browser.ts';

const PATIENCE_MS = 120_000;

let window: Window;

beforeAll(async () => {
  window = await openWindow();
  window.page.setDefaultTimeout(PATIENCE_MS);
}, PATIENCE_MS);

afterAll(() => window.close());

async function ask(path: string, body: unknown): Promise<TurnAnswer> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(addressOf(`/api/mafia${path}`), { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as TurnAnswer;
}

/** Opens a game that has been played by somebody else for so many turns. */
async function openGame(page: Page, players: number, mafia: number, ...turns: string[]): Promise<string> {
  const { gameId } = await ask('/games', { players, mafia });
  for (const turn of turns) await ask(`/games/${gameId}/${turn}`, {});
  await page.goto(addressOf(`/mafia/${gameId}`));
  await page
    .locator('.chair')
    .nth(players - 1)
    .waitFor();
  return gameId;
}

const primary = (page: Page) => page.locator('.mafia-deck .primary');
/** What it says: it has room for all its labels, and shows one. */
const said = (page: Page) => primary(page).locator('[data-shown="true"]');
const says = (page: Page, words: RegExp) => said(page).filter({ hasText: words }).waitFor();

/** From now on the page counts the frames in which the keyboard is nowhere, and adds up what moves by itself. */
const watch = (page: Page) =>
  page.evaluate(() => {
    const seen = { framesWithoutFocus: 0, shift: 0 };
    Object.assign(globalThis, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.shift += (entry as unknown as { value: number }).value;
    }).observe({ type: 'layout-shift' });
    const look = () => {
      if (document.activeElement === document.body) seen.framesWithoutFocus += 1;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
const watched = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { seen: { framesWithoutFocus: number; shift: number } }).seen);

/** All that the service says to the page, as text. */
function listen(page: Page) {
  const answers: Promise<string>[] = [];
  page.on('response', (response) => {
    if (response.url().includes('/api/mafia')) answers.push(response.text().catch(() => ''));
  });
  return () => Promise.all(answers);
}

/** Plays the turn that is due with the keyboard, which is where the turn before has left it: at the primary action. */
async function playWithKeys(page: Page): Promise<void> {
  const label = async () => (await said(page).textContent()) ?? '';
  const before = await label();
  await page.keyboard.press('Enter');
  if (!/Choose/.test(before)) {
    await says(page, /^(Play the|Choose|Another)/);
    await said(page).filter({ hasNotText: before }).waitFor();
    return;
  }
  await says(page, /Sentence/);
  await page.keyboard.press('ArrowRight');
  // Somebody who is out: back to the one whom the page suggests.
  if (/Choose/.test(await label())) await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await says(page, /Play the night|Another/);
}

describe('the page of Mafia', () => {
  it(
    'plays a whole game with the keyboard alone, which never loses its place, until the survivors unmask',
    async () => {
      const { page, errors } = window;
      const heard = listen(page);
      await page.goto(addressOf('/mafia'));
      const focused = () => page.evaluate(() => document.activeElement?.closest('label')?.textContent ?? '');
      for (let tabs = 0; tabs < 40 && (await focused()) !== 'Players'; tabs += 1) await page.keyboard.press('Tab');
      await watch(page);

      // 12 goes over 1, which is no reason to change how many are mafia.
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type('12');
      expect(await page.getByRole('textbox', { name: 'Mafia' }).inputValue()).toBe('3');
      // The table that is laid has as many seats, each in its place.
      expect(await page.locator('.chair').count()).toBe(12);
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type('5');
      await page.keyboard.press('Tab');
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type('2');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/mafia\/[0-9a-f]{20}$/);
      // Chairs of a laid table have none: this is the game's own.
      await page.locator('.chair input').nth(4).waitFor();
      for (const answer of await heard()) expect(answer).not.toMatch(/TrueIdentity|"Mafia"|"Innocent"/);
      for (let turns = 0; turns < 20 && !/Another/.test((await said(page).textContent()) ?? ''); turns += 1) {
        expect(await page.locator('.seat[data-look="unmasked"]').count()).toBe(0);
        await playWithKeys(page);
      }

      const outcome = await page.locator('.telling').textContent();
      const living = page.locator('.seat:not([data-look="out"])');
      const role = /is (mafia|innocent):/.exec(outcome ?? '')?.[1] ?? '';
      expect(await living.evaluateAll((seats) => seats.map((seat) => seat.getAttribute('data-look')))).toEqual(
        Array.from({ length: await living.count() }, () => 'unmasked'),
      );
      expect(await living.locator('.seat-fate').allTextContents()).toEqual(
        Array.from({ length: await living.count() }, () => role),
      );
      for (const answer of await heard()) expect(answer).not.toMatch(/TrueIdentity|"Mafia"|"Innocent"/);
      const { framesWithoutFocus, shift } = await watched(page);
      expect(framesWithoutFocus).toBe(0);
      expect(shift).toBeLessThan(0.02);

      const [address, title] = [page.url(), await page.title()];
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.href !== address);
      await says(page, /^Play the night$/);
      expect(await page.locator('.chair').count()).toBe(5);
      expect(await primary(page).evaluate((button) => button === document.activeElement)).toBe(true);
      expect(title).toMatch(/^Mafia: 5 players, \d+ \w+ \d\d:\d\d:\d\d · Serverless Arcade$/);
      expect(errors).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'sends a turn again and has the same answer, with nothing played twice; peeks, and sees bars',
    async () => {
      const { page } = window;
      await openGame(page, 6, 2);
      await primary(page).click();
      await says(page, /^Play the day$/);

      await page.getByRole('button', { name: 'Send again' }).press('Enter');
      const again = page.getByRole('region', { name: 'The same answer' });
      await again.getByText('Nothing is played twice').waitFor();
      expect(await again.getByRole('row', { name: 'turns played' }).textContent()).toBe('turns played11');
      expect(await again.getByRole('row', { name: 'the journal' }).textContent()).toMatch(/Query, GetItem$/);
      await page.keyboard.press('Escape');
      await says(page, /^Play the day$/);

      await page.getByRole('button', { name: 'Peek' }).press('Enter');
      const peeked = page.getByRole('region', { name: 'The index answers' });
      await peeked.waitFor();
      expect(await peeked.locator('.bar').count()).toBe(6);
      expect(await peeked.textContent()).toContain('"Killed by mafia", "TrueIdentity": not in the index }');
      await peeked.getByRole('button', { name: 'Close' }).press('Enter');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/^Peek/);
    },
    PATIENCE_MS,
  );

  it(
    'heals turns that crash once they are written: the same key brings the answer, and no turn is lost or played twice',
    async () => {
      const { page } = window;
      await openGame(page, 9, 4);
      const crash = page.getByRole('button', { name: /^Crash turns/ });
      let crashes = 0;
      page.on('response', (response) => {
        if (response.status() === 502) crashes += 1;
      });

      await crash.press('Enter');
      await crash.and(page.locator('[aria-pressed="true"]')).waitFor();
      for (let turns = 0; turns < 60 && crashes === 0; turns += 1) {
        await primary(page).click();
        await primary(page).and(page.locator('[aria-busy="false"]')).waitFor();
      }
      await page.locator('.wire').getByText('Idempotency key').first().waitFor();
      await crash.press('Enter');
      await crash.and(page.locator('[aria-pressed="false"]')).waitFor();
      await page.reload();
      await page.locator('.story li').first().waitFor();

      const gameId = new URL(page.url()).pathname.split('/').at(-1);
      const { story, turnsPlayed } = (await (await fetch(addressOf(`/api/mafia/games/${gameId}`))).json()) as Game;
      expect(story.map(({ number }) => number)).toEqual(Array.from({ length: turnsPlayed + 1 }, (_, turn) => turn));
      expect(await page.locator('.story li:has(time)').count()).toBe(turnsPlayed + 1);
    },
    PATIENCE_MS,
  );

  it(
    'shows one game of 32 in two browsers, the Sentence button within reach of a thumb; what hangs is stale within three seconds',
    async () => {
      const { page } = window;
      const gameId = await openGame(page, 32, 10, 'night');
      const phone = await openWindow({ phone: true });
      try {
        phone.page.setDefaultTimeout(PATIENCE_MS);
        await phone.page.clock.install();
        await phone.page.goto(addressOf(`/mafia/${gameId}`));
        await says(phone.page, /^Play the day$/);

        await primary(page).click();
        await says(phone.page, /^Choose somebody$/);
        expect(await phone.page.locator('.chair').allTextContents()).toEqual(
          await page.locator('.chair').allTextContents(),
        );
        expect(await phone.page.locator('.string').count()).toBe(31);
        await phone.page.locator('.chair:has(.seat[data-look="masked"])').last().tap();
        await says(phone.page, /^Sentence/);
        const { y = 0, height = 0 } = (await primary(phone.page).boundingBox()) ?? {};
        expect(y).toBeGreaterThan(844 / 2);
        expect(y + height).toBeLessThanOrEqual(844);
        expect(await overflows(phone.page)).toBe(false);

        // By the page's own clock, from when it asks in vain: what it had asked before is answered by then.
        await new Promise<void>((resolve) => void phone.page.route(/\/api\/mafia/, () => resolve()));
        const askedAtMs = await phone.page.evaluate(() => Date.now());
        await phone.page.clock.pauseAt(askedAtMs + 3_000);
        await phone.page.locator('.cabinet[data-lamp="stale"]').waitFor();
        await phone.page.unroute(/\/api\/mafia/);
      } finally {
        await phone.close();
      }
    },
    PATIENCE_MS,
  );

  it(
    'says so when there is no such game',
    async () => {
      const { page } = window;

      await page.goto(addressOf(`/mafia/${'0'.repeat(20)}`));

      await page.getByRole('heading', { name: 'No such game' }).waitFor();
    },
    PATIENCE_MS,
  );
});
