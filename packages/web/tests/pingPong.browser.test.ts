import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressOf, openWindow, overflows, type Window } from './browser.ts';

/** Room for a slow machine, and for the schedule's serve, which comes once a minute. */
const PATIENCE_MS = 90_000;

let window: Window;

beforeAll(async () => {
  window = await openWindow();
  window.page.setDefaultTimeout(PATIENCE_MS);
  await window.page.goto(addressOf('/ping-pong'));
}, PATIENCE_MS);

afterAll(() => window.close());

describe('the page of ping-pong', () => {
  it(
    'shows a rally as it is played: the ball in the air, the messages over both topics, points',
    async () => {
      const { page, errors } = window;

      await page.locator('.ball[data-in-play="true"]').waitFor();
      await page
        .getByText(/Ping hits the ball, stroke \d+/)
        .first()
        .waitFor();
      await page
        .getByText(/Pong hits the ball, stroke \d+/)
        .first()
        .waitFor();
      await page
        .getByText(/Point to P[io]ng after \d+ stroke/)
        .first()
        .waitFor();

      expect(await page.getByRole('heading', { name: 'Ping-pong' }).count()).toBe(1);
      expect(errors).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'moves the ball with a real stroke, and only then',
    async () => {
      const { page } = window;
      const places = () => page.evaluate(() => document.querySelector('.ball')?.getAttribute('style'));
      const newestStroke = () =>
        page
          .getByText(/hits the ball, stroke/)
          .first()
          .textContent();

      const [place, stroke] = [await places(), await newestStroke()];
      await page.waitForFunction((before) => document.querySelector('.ball')?.getAttribute('style') !== before, place);

      expect(await newestStroke()).not.toBe(stroke);
    },
    PATIENCE_MS,
  );

  it(
    'serves at the press of a key, or says why not',
    async () => {
      const { page } = window;
      const serve = page.getByRole('button', { name: 'Serve', exact: true });

      await serve
        .or(page.getByRole('button', { name: 'In play' }))
        .first()
        .waitFor();
      if (await serve.isVisible()) {
        await serve.focus();
        await page.keyboard.press('Enter');
      }

      await page.getByRole('button', { name: 'In play' }).waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'says that the connection is lost, keeps what it knows, and comes back by itself',
    async () => {
      const { page } = window;

      await page.route('**/api/**', (route) => route.abort());
      await page.getByText('Ping-pong does not answer.').waitFor();
      expect(await page.locator('.points').count()).toBe(2);

      await page.unroute('**/api/**');
      await page.getByText('Ping-pong does not answer.').waitFor({ state: 'detached' });
    },
    PATIENCE_MS,
  );

  it(
    'fits a phone',
    async () => {
      const phone = await openWindow({ phone: true });
      try {
        await phone.page.goto(addressOf('/ping-pong'));

        await phone.page.locator('.playing-table').waitFor();

        expect(await overflows(phone.page)).toBe(false);
      } finally {
        await phone.close();
      }
    },
    PATIENCE_MS,
  );
});

describe('the way around', () => {
  it(
    'leads from the front page to each scenario with the keyboard alone',
    async () => {
      const { page } = window;
      await page.goto(addressOf('/'));

      await page.getByRole('link', { name: 'Ping-pong' }).last().focus();
      await page.keyboard.press('Enter');

      await page.waitForURL('**/ping-pong');
      expect(await page.title()).toBe('Ping-pong · Serverless Arcade');
    },
    PATIENCE_MS,
  );

  it(
    'says so where nothing is',
    async () => {
      await window.page.goto(addressOf('/chess'));

      expect(await window.page.getByRole('heading', { level: 1 }).textContent()).toBe('Nothing is played here');
    },
    PATIENCE_MS,
  );
});
