import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressOf, openWindow, type Window } from './browser.ts';

const PATIENCE_MS = 120_000;

let window: Window;

beforeAll(async () => {
  window = await openWindow();
  window.page.setDefaultTimeout(PATIENCE_MS);
}, PATIENCE_MS);

afterAll(() => window.close());

const focused = () => window.page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent);

describe('the shell', () => {
  it.each(['/nowhere', '/ping-pong/abc'])(
    'says so when an address leads nowhere: %s',
    async (path) => {
      const { page } = window;

      await page.goto(addressOf(path));

      await page.getByRole('heading', { name: 'Nothing is played here' }).waitFor();
      expect(await page.title()).toBe('Nothing is played here · Serverless Arcade');
    },
    PATIENCE_MS,
  );

  it(
    'lets the first Tab skip the way to the pages, and takes the keyboard along to another page',
    async () => {
      const { page } = window;
      await page.goto(addressOf('/mafia'));
      await page.getByRole('heading', { level: 1, name: 'Mafia' }).waitFor();

      await page.keyboard.press('Tab');
      expect(await focused()).toBe('Skip to the page');
      await page.keyboard.press('Enter');
      expect(await focused()).toBe('main');

      await page.getByRole('navigation').getByRole('link', { name: 'Ping-pong' }).press('Enter');
      await page.waitForURL('**/ping-pong');
      expect(await focused()).toBe('main');
      expect(await page.title()).toBe('Ping-pong · Serverless Arcade');
    },
    PATIENCE_MS,
  );

  it(
    'stays when a page cannot be loaded, and leads to the others and back',
    async () => {
      const { page } = window;
      await page.route('**/PingPongPage*', (route) => route.abort());
      await page.goto(addressOf('/'));

      await page.getByRole('navigation').getByRole('link', { name: 'Ping-pong' }).click();
      await page.getByRole('alert').getByText('This page could not be shown.').waitFor();

      await page.getByRole('navigation').getByRole('link', { name: 'Mafia' }).click();
      await page.getByRole('heading', { level: 1, name: 'Mafia' }).waitFor();

      await page.unroute('**/PingPongPage*');
      await page.getByRole('navigation').getByRole('link', { name: 'Ping-pong' }).click();
      await page.getByRole('button', { name: 'Load it again' }).click();
      await page.getByRole('heading', { level: 1, name: 'Ping-pong' }).waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'shows what is wrong with sources that do not run without moving the page, and nothing else when all run',
    async () => {
      const { page } = window;
      await page.goto(addressOf('/mafia'));
      const heading = page.locator('.cabinet[data-lamp="live"] h1');
      await heading.waitFor();
      const before = await page.getByRole('alert').count();
      const shape = async () => [
        await heading.boundingBox(),
        await page.evaluate(() => document.documentElement.scrollHeight),
      ];
      const quiet = await shape();
      const error = 'mafia could not be bundled:\nhandlers/newGame.ts:3:7: Expected ";"';
      const services = [
        { name: 'mafia', status: 'broken', error },
        { name: 'ping-pong', status: 'serves' },
      ];
      await page.route('**/_local/services', (route) => route.fulfill({ json: services }));

      await page.reload();
      const alert = page.getByRole('alert').filter({ hasText: 'The sources of mafia do not run' });
      await alert.getByText('handlers/newGame.ts:3:7').waitFor();
      await heading.waitFor();
      await page.unroute('**/_local/services');

      expect(before).toBe(0);
      expect(await page.getByRole('alert').count()).toBe(1);
      expect(await shape()).toEqual(quiet);
    },
    PATIENCE_MS,
  );
});
