import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { addressOf, openWindow, overflows, type Window } from './browser.ts';

const PATIENCE_MS = 90_000;

let window: Window;

beforeAll(async () => {
  window = await openWindow();
  window.page.setDefaultTimeout(PATIENCE_MS);
}, PATIENCE_MS);

afterAll(() => window.close());

async function startGame(page: Page, players: number, mafia: number): Promise<string> {
  await page.goto(addressOf('/mafia'));
  await page.getByLabel('Players').fill(String(players));
  await page.getByLabel('Mafia', { exact: true }).fill(String(mafia));
  await page.getByRole('button', { name: 'Start a game' }).click();
  await page.waitForURL(/\/mafia\/[0-9a-f]{20}$/);
  await page.getByRole('button', { name: 'Play the night' }).waitFor();
  return page.url();
}

/** Plays the turn that is due, and waits until the page shows the next one or the end. */
async function playDue(page: Page): Promise<void> {
  const chapters = await page.locator('.story li').count();
  const radio = page.getByRole('radio').first();
  if (await radio.isVisible()) await radio.check();
  await page.getByRole('button', { name: /^(Play|Sentence)/ }).click();
  await page.waitForFunction((before) => document.querySelectorAll('.story li').length > before, chapters);
}

describe('the page of Mafia', () => {
  it(
    'plays a whole game to its outcome',
    async () => {
      const { page, errors } = window;
      await startGame(page, 5, 2);

      while ((await page.getByRole('link', { name: 'Start another game' }).count()) === 0) await playDue(page);

      expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(
        /(Mafia|Innocent people) have won this game\./,
      );
      expect(await page.getByText('Game Over!').count()).toBe(1);
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
      expect(errors).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'shows the same game in two browsers, and tells the slower one what is due',
    async () => {
      const address = await startGame(window.page, 8, 3);
      const second = await openWindow({ phone: true });
      try {
        second.page.setDefaultTimeout(PATIENCE_MS);
        await second.page.goto(address);
        await second.page.getByRole('button', { name: 'Play the night' }).waitFor();

        await playDue(window.page);
        await second.page.getByRole('button', { name: 'Play the day' }).waitFor();
        const names = (page: Page) => page.locator('.player-card').allInnerTexts();

        expect(await names(second.page)).toEqual(await names(window.page));
        expect(await overflows(second.page)).toBe(false);
      } finally {
        await second.close();
      }
    },
    PATIENCE_MS,
  );

  it(
    'holds no secret: nothing that reaches the browser says who is mafia',
    async () => {
      const { page } = window;
      const answers: string[] = [];
      const reading: Promise<void>[] = [];
      page.on('response', (response) => {
        if (!response.url().includes('/api/mafia')) return;
        reading.push(
          response.text().then(
            (text) => void answers.push(text),
            () => undefined,
          ),
        );
      });
      await startGame(page, 6, 2);
      await playDue(page);
      await playDue(page);
      await Promise.all(reading);

      expect(answers.length).toBeGreaterThan(2);
      for (const answer of answers) expect(answer).not.toMatch(/TrueIdentity|"Mafia"|"Innocent"/);
    },
    PATIENCE_MS,
  );

  it(
    'is played with the keyboard alone',
    async () => {
      const { page } = window;
      await startGame(page, 4, 1);

      await page.getByRole('button', { name: 'Play the night' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Play the day' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('radio').first().focus();
      await page.keyboard.press('Space');
      await page.getByRole('button', { name: /^Sentence/ }).focus();
      await page.keyboard.press('Enter');

      await page.getByText(/has (not )?been uncovered!/).waitFor();
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
