import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressOf, openWindow, overflows, type Window } from './browser.ts';
import { hang } from './processes.ts';

/** Room for a slow machine, and for the schedule's serve, which comes once a minute. */
const PATIENCE_MS = 90_000;
/** What a page may take to notice, in milliseconds, and what a busy machine adds to it. */
const NOTICED_MS = 3_000 + 1_500;

let window: Window;

beforeAll(async () => {
  window = await openWindow();
  window.page.setDefaultTimeout(PATIENCE_MS);
  await window.page.goto(addressOf('/ping-pong'));
}, PATIENCE_MS);

afterAll(() => window.close());

const lampIs = (state: string) => window.page.locator(`.cabinet[data-lamp="${state}"]`);
const inPlay = () => window.page.locator('.ball[data-look="flying"]');

describe('the page of ping-pong', () => {
  it(
    'serves by the space bar alone, says what the API answered, and plays a rally to its point: a miss flies past the bat',
    async () => {
      const { page, errors } = window;
      await lampIs('live').waitFor();

      await page.keyboard.press('Space');

      await page.getByText(/202 Accepted: p[io]ng is to serve|409 A ball is in play/).waitFor();
      await inPlay().waitFor();
      await page.getByText(/rally \d+ · stroke \d+/).waitFor();
      await page.waitForFunction(() => {
        const missed = document.querySelector('.ball[data-look="missed"]');
        const x = missed ? new DOMMatrix(getComputedStyle(missed).transform).e : 137;
        // Behind the bats, which stand beside a table that is 274 wide.
        return x < -20 || x > 294;
      });
      await page.getByText(/(point|game) to p[io]ng/).waitFor();

      // That a ball is in play, or a drawing is not there, is an answer like any other; the browser notes it all the same.
      expect(errors.filter((error) => !/40[349]/.test(error))).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'keeps the focus on the button that serves, whatever becomes of the rally',
    async () => {
      const { page } = window;
      const serve = page.getByRole('button', { name: 'Serve', exact: true });
      await serve.focus();

      await page.keyboard.press('Enter');
      await page.getByText(/202 Accepted|409 A ball is in play/).waitFor();
      await inPlay().waitFor();

      expect(await serve.evaluate((button) => button === document.activeElement)).toBe(true);
      expect(await serve.isEnabled()).toBe(true);
    },
    PATIENCE_MS,
  );

  it(
    'says within three seconds that its service hangs, keeps what it knows, and is live again when that goes on',
    async () => {
      await lampIs('live').waitFor();
      const goOn = hang('ping-pong-local');
      try {
        await lampIs('stale').waitFor({ timeout: NOTICED_MS });
        expect(await window.page.locator('.score-value').first().textContent()).toMatch(/^\d+$/);
      } finally {
        goOn();
      }

      await lampIs('live').waitFor({ timeout: NOTICED_MS });
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
        await phone.page.setViewportSize({ width: 320, height: 700 });
        expect(await overflows(phone.page)).toBe(false);
      } finally {
        await phone.close();
      }
    },
    PATIENCE_MS,
  );
});
