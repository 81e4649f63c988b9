import type { Page } from 'playwright-core';
import type { FilmedArcade } from './arcade.ts';
import { PATIENCE_MS } from './events.ts';
import { letBotsPlay, openWall, playAlong, signInAsManager } from './room.ts';

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();

/** What the primary action of Mafia says: it has room for all its labels, and shows one. */
const due = (page: Page) => page.locator('.mafia-deck .primary [data-shown="true"]');
const MOST_TURNS = 40;

/** Plays the turn that is due, and waits for the next. */
async function playTurn(page: Page): Promise<void> {
  const label = (await due(page).textContent()) ?? '';
  await due(page).click();
  await due(page).filter({ hasNotText: label }).filter({ hasNotText: 'Playing' }).waitFor();
}

/** What is done on a page before its picture is taken, by its name. */
export const steps = {
  'serve unless a ball is in play': async (page) => {
    await page.locator('.cabinet[data-lamp="live"]').waitFor();
    if (!(await page.locator('.ball[data-look="flying"]').isVisible())) await press(page, 'Serve');
  },
  'serve and deal next door': async (page) => {
    await page.evaluate(async () => {
      const headers = { 'content-type': 'application/json' };
      // Where a ball is in play, it is not served again.
      await fetch('/api/ping-pong/match/serve', { method: 'POST', headers });
      await fetch('/api/mafia/games', { method: 'POST', headers, body: JSON.stringify({ players: 8, mafia: 2 }) });
    });
  },
  "open what goes from ping's topic to the lobby": async (page) => {
    await page.locator('.wire-node').first().waitFor();
    const lines = page.getByRole('combobox', { name: 'Line' });
    const labels = await lines.locator('option').allTextContents();
    await lines.selectOption({ label: labels.find((label) => label.includes('pingTopic → lobby: tell')) ?? '' });
    const side = page.getByRole('complementary', { name: 'What went over' });
    // Who serves is drawn by lot: it may be ping's turn only in a minute.
    await side
      .getByRole('button', { name: /deliver/ })
      .first()
      .click({ timeout: PATIENCE_MS });
  },
  'duplicate messages': async (page) => {
    const duplicate = page.getByRole('button', { name: /^Duplicate/ });
    // What one page switches on is on for all of them.
    if ((await duplicate.getAttribute('aria-pressed')) === 'false') await duplicate.click();
  },
  'start a game': async (page) => {
    await press(page, 'Start a game');
    await page.locator('.chair').first().waitFor();
  },
  'play a turn': playTurn,
  'play to the end': async (page) => {
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      if ((await due(page).textContent())?.startsWith('Another')) return;
      await playTurn(page);
    }
    throw new Error(`a game of Mafia was not over after ${MOST_TURNS} turns`);
  },
  peek: (page) => press(page, 'Peek'),
  'turn on a bulb of each kind': async (page) => {
    await page.locator('.kind-say').nth(3).waitFor();
    for (const say of await page.locator('.kind-say').all()) {
      await say.click();
      await page.locator('.answer[data-tone="fine"]').waitFor();
    }
  },
  'sign in as a manager': signInAsManager,
  'let bots play': letBotsPlay,
  'play along': playAlong,
  'open the wall': openWall,
} satisfies Record<string, (page: Page, arcade: FilmedArcade) => Promise<void> | Promise<Page>>;

export type StepName = keyof typeof steps;
