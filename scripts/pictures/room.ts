import type { Page } from 'playwright-core';
import type { FilmedArcade } from './arcade.ts';

/** Whoever manages in the pictures, and plays. */
const NAME = 'ada';
const PASSWORD = 'difference-engine';
/** As many as one page plays. */
const BOTS = 8;

/** A button of the deck: a dialog has one to be closed by, too. */
const button = (page: Page, name: string) => page.locator('.deck').getByRole('button', { name, exact: true });

/** On the manager's page: signs in as one, whose account the first of the pictures makes. */
export async function signInAsManager(page: Page, arcade: FilmedArcade): Promise<void> {
  await button(page, 'Sign in').click();
  const dialog = page.getByRole('dialog');
  const enter = async () => {
    await dialog.getByLabel('Nickname').fill(NAME);
    await dialog.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
  };
  await enter();
  // Its place is there before it says something.
  const answer = dialog.getByRole('alert').filter({ hasText: /./ });
  const isIn = button(page, 'Ask again').or(button(page, 'Open')).or(button(page, 'Close'));
  await answer.or(isIn).first().waitFor();
  if (await answer.isVisible()) {
    await dialog.getByRole('button', { name: 'Make an account' }).click();
    await enter();
    await isIn.waitFor();
  }
  if (await button(page, 'Ask again').isVisible()) {
    await arcade.makeManager(NAME);
    await button(page, 'Ask again').click();
  }
  await button(page, 'Open').or(button(page, 'Close')).waitFor();
}

/** On the manager's page: opens a session, and starts it with bots in it. */
export async function letBotsPlay(page: Page): Promise<void> {
  if (await button(page, 'Close').isVisible()) {
    await button(page, 'Close').click();
    await button(page, 'Close for all?').click();
  }
  await button(page, 'Open').click();
  for (let bots = 1; bots <= BOTS; bots += 1) {
    await button(page, 'Let in a bot').click();
    await page
      .locator('.bots li')
      .nth(bots - 1)
      .waitFor();
  }
  await page.locator('.instrument', { hasText: 'Seats taken' }).getByText(String(BOTS), { exact: true }).waitFor();
  await button(page, 'Start').click();
  await page.locator('.session-words', { hasText: 'Playing' }).waitFor();
}

/** Beside the manager's page, in which the bots are: takes a seat, and fires without end. Gives the player's page. */
export async function playAlong(manager: Page): Promise<Page> {
  const page = await manager.context().newPage();
  await page.goto(new URL('/space-invaders', manager.url()).href);
  await button(page, 'Join').or(button(page, 'Play')).click();
  await button(page, 'Pause').waitFor();
  await page.keyboard.down('Space');
  return page;
}

/** Beside the manager's page, in which the bots are. Gives the wall. */
export async function openWall(manager: Page): Promise<Page> {
  const page = await manager.context().newPage();
  await page.goto(new URL('/space-invaders/manager?wall', manager.url()).href);
  return page;
}
