import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import { addressOf, openWindow, overflows, type Window } from './browser.ts';

const PATIENCE_MS = 120_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PASSWORD = 'correct-horse';

let phone: Window;
let page: Page;
/** Free on this start of the arcade, and on a deployed stage hardly taken. */
const name = `Ada-${Date.now().toString(36)}`;

beforeAll(async () => {
  phone = await openWindow({ phone: true });
  ({ page } = phone);
  page.setDefaultTimeout(PATIENCE_MS);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(addressOf('/ping-pong'));
}, PATIENCE_MS);
afterAll(() => phone.close());

const dialog = () => page.getByRole('dialog');
const header = (label: string) => page.getByRole('banner').getByRole('button', { name: label });
const isFocused = (label: string) => header(label).evaluate((node) => node === document.activeElement);

/** What axe finds in the dialog that is open. */
async function findings(): Promise<string[]> {
  await dialog().waitFor();
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    () => (globalThis as unknown as { axe: typeof axe }).axe.run('dialog') as Promise<axe.AxeResults>,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
}

describe('the sign-in, on a phone', () => {
  it(
    'makes an account by the keyboard alone, keeps the session when the page is loaded again and in another tab, and is left in both',
    async () => {
      await header('Sign in').focus();
      await page.keyboard.press('Enter');
      await dialog().getByRole('button', { name: 'Make an account' }).press('Enter');
      expect(
        await dialog()
          .getByLabel('Nickname')
          .evaluate((node) => node === document.activeElement),
      ).toBe(true);
      expect(await findings()).toEqual([]);
      await page.keyboard.type(name);
      await page.keyboard.press('Tab');
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press('Enter');
      await header(name).waitFor();
      await dialog().waitFor({ state: 'detached' });
      expect(await isFocused(name)).toBe(true);

      await page.reload();
      await header(name).waitFor();
      const tab = await phone.context.newPage();
      await tab.goto(addressOf('/'));
      await tab.getByRole('banner').getByRole('button', { name }).waitFor();

      await header(name).click();
      expect(await findings()).toEqual([]);
      await dialog().getByRole('button', { name: 'Sign out' }).click();
      await header('Sign in').waitFor();
      await tab.getByRole('banner').getByRole('button', { name: 'Sign in' }).waitFor();
      await tab.close();
      const kept = await page.evaluate(() => localStorage.getItem('arcade-account'));
      expect(kept).toBeNull();
      expect(phone.errors).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'says in a sentence what is wrong, where it was pressed, and moves nothing by it',
    async () => {
      await header('Sign in').click();
      await dialog().getByLabel('Nickname').fill(name.toUpperCase());
      await dialog().getByLabel('Password').fill('another-horse');
      const submit = dialog().getByRole('button', { name: 'Sign in' });
      const before = await submit.boundingBox();

      await submit.press('Enter');
      await dialog().getByRole('alert').getByText('Nickname and password do not belong together.').waitFor();
      expect(await submit.boundingBox()).toEqual(before);
      expect(await submit.evaluate((node) => node === document.activeElement)).toBe(true);

      await page.route('**/_arcade/cognito', (route) => route.abort());
      await submit.press('Enter');
      await dialog().getByText('The sign-in does not answer').waitFor();
      await page.unroute('**/_arcade/cognito');

      await dialog().getByRole('button', { name: 'Make an account' }).click();
      await dialog().getByLabel('Password').fill(PASSWORD);
      await dialog().getByRole('button', { name: 'Make it' }).click();
      await dialog().getByText('Somebody is called that already.').waitFor();

      // In any letters.
      await dialog().getByRole('button', { name: 'I have an account' }).click();
      await dialog().getByRole('button', { name: 'Sign in' }).click();
      await header(name).waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'takes a guest in with one click, lets them keep their name, and fits the smallest screen',
    async () => {
      await page.evaluate(() => localStorage.clear());
      await page.setViewportSize({ width: 320, height: 640 });
      await page.reload();
      await header('Sign in').click();
      expect(await overflows(page)).toBe(false);

      await dialog().getByRole('button', { name: 'Play as a guest' }).click();
      await dialog().waitFor({ state: 'detached' });
      const button = page.locator('.account-button');
      const guest = (await button.textContent()) ?? '';
      expect(guest).toMatch(/^[a-z]+-[a-z]+-\d{3}$/);
      expect(await overflows(page)).toBe(false);
      const way = await page.getByRole('navigation').boundingBox();
      expect(way?.width).toBeGreaterThan(60);

      await button.click();
      await dialog().getByLabel('Password').fill(PASSWORD);
      await dialog().getByRole('button', { name: 'Keep this name' }).click();
      await dialog().getByText('The password is changed.').waitFor();
      await dialog().getByRole('button', { name: 'Sign out' }).click();
      await header('Sign in').click();
      await dialog().getByLabel('Nickname').fill(guest);
      await dialog().getByLabel('Password').fill(PASSWORD);
      await page.keyboard.press('Enter');
      await header(guest).waitFor();
    },
    PATIENCE_MS,
  );
});
